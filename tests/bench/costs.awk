# SPDX-License-Identifier: GPL-2.0
# Prints the lines of _costs as a table; exits with 1 if a target is missed.

function line(kind, who, how, added, p90, ratio, target, verdict)
{
	printf "%-10s %-20s %-40s %8s %6s %6s %7s  %s\n", kind, who, how,
		added, p90, ratio, target, verdict
}

# The peers' cost in terms of ours, for the same job on the same kind of event.
function ratio_of(kind, job, who, added)
{
	if (who == "numatrace")
		ours[kind, job] = added
	else if (ours[kind, job] > 0)
		return sprintf("%.1f", added / ours[kind, job])
	return "-"
}

function verdict_of(added, target)
{
	if (target == "-")
		return ""
	if (sprintf("%.0f", added) + 0 <= target)
		return "met"
	failed = 1
	return "MISSED"
}

BEGIN {
	FS = "\t"
	print "Instructions added to one event, 6.12 x86_64:"
	print ""
	line("event", "who", "what", "added", "p90", "ratio", "target", "")
}

# What the profiles cost in a second: as many samples as they take.
$2 == "sample" && $10 != "-" && match($4, /each [0-9]+ ms/) {
	interval = substr($4, RSTART + 5, RLENGTH - 8)
	a_second[++profiles] = sprintf("%s: %.0f instructions a second", $4,
		($11 - $8) * 1000 / interval)
}

# Nothing was measured: no zero, and no target is met.
$10 == "-" {
	line($1, $3, $4, "-", "-", "-", $5, "not measured")
	failed = 1
	next
}

{
	line($1, $3, $4, sprintf("%.0f", $11 - $8), sprintf("%+.0f", $12 - $11),
		ratio_of($1, $2, $3, $11 - $8), $5, verdict_of($11 - $8, $5))
}

# The same state, measured again and again: it tells how far to trust the rest.
$2 != "off" && !($2 == "time" && $3 == "numatrace") {
	if (!($1 in least))
		kinds[++count] = $1
	if (!($1 in least) || $8 < least[$1])
		least[$1] = $8
	if (!($1 in most) || $8 > most[$1])
		most[$1] = $8
}

END {
	print ""
	for (i = 1; i <= count; i++)
		printf "%s with all hooks off: %.0f to %.0f instructions\n",
			kinds[i], least[kinds[i]], most[kinds[i]]
	for (i = 1; i <= profiles; i++)
		print a_second[i]
	exit failed || !NR
}
