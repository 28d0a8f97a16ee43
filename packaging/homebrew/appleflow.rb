# For a tap: Formula/appleflow.rb, with the release's URL and the hash printed by shasum -a 256.
class Appleflow < Formula
  desc "Find Apple products in network traffic"
  homepage "@HOMEPAGE@"
  url "@URL@"
  sha256 "@SHA256@"
  license "MIT"

  depends_on "node"

  def install
    # Installed as a project: a global install from a file ignores --omit (npm/cli#8284).
    system "npm", "install", "--omit=optional", "--prefix=#{libexec}", *std_npm_args(prefix: false), cached_download
    bin.install_symlink libexec/"node_modules/.bin/appleflow"
    man1.install_symlink libexec/"node_modules/appleflow/dist/appleflow.1"
    generate_completions_from_executable(bin/"appleflow", "complete")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/appleflow --version")
    assert_match "5223", shell_output("#{bin}/appleflow ports 5223")
  end
end
