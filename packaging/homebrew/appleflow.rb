# For a tap: Formula/appleflow.rb, with the release's address and the hash that shasum -a 256 prints.
class Appleflow < Formula
  desc "Which Apple products are in network traffic, and how sure that is"
  homepage "@HOMEPAGE@"
  url "@URL@"
  sha256 "@SHA256@"
  license "MIT"

  depends_on "node"

  def install
    system "npm", "install", "--omit=optional", *std_npm_args
    bin.install_symlink Dir["#{libexec}/bin/*"]
    man1.install_symlink Dir["#{libexec}/share/man/man1/*"]
    generate_completions_from_executable(bin/"appleflow", "complete")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/appleflow --version")
    assert_match "5223", shell_output("#{bin}/appleflow ports 5223")
  end
end
