#!/bin/sh
# A report of the day before, for cron, which mails any output: there is none if all is well.
#   15 0 * * *   /usr/local/bin/daily-report.sh /var/captures /var/www/reports
# Any program may write the captures, such as: tcpdump -i en0 -G 3600 -w '/var/captures/%Y-%m-%d-%H.pcap'
set -u
[ $# -ge 2 ] || { echo "usage: $0 CAPTURES REPORTS [YYYY-MM-DD]" >&2; exit 1; }
captures=$1
reports=$2
# GNU date, else the date of BSD and macOS.
day=${3:-$(date -u -d yesterday +%F 2> /dev/null || date -u -v-1d +%F)}

set -- "$captures/$day"*
[ -e "$1" ] || { echo "no capture of $day in $captures"; exit 1; }

# A report replaces an older one only when it is complete.
appleflow summarize "$@" --format html --output "$reports/$day.html"
status=$?
# Status 2: a capture is truncated, or could not be read; the rest is in the report.
[ $status -eq 0 ] || [ $status -eq 2 ] || exit $status
# Failures are worth a mail. Status 4: something did not get through.
reach=$(appleflow reach "$@" --format table)
status=$?
case $status in
  0) ;;
  2 | 4) printf '%s\n' "$reach" ;;
  *) echo "reach ended with status $status" ;;
esac
exit 0
