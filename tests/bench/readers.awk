# SPDX-License-Identifier: GPL-2.0
# Prints the lines of _readers as a table; exits with 1 if something is missing.

function line(job, who, how, time, bytes, ratio)
{
	printf "%-16s %-10s %-24s %10s %10s %6s\n", job, who, how, time, bytes,
		ratio
}

BEGIN {
	FS = "\t"
	print "Reading out, without counting instructions:"
	print ""
	line("of", "who", "what", "ms", "bytes", "ratio")
}

{
	job[NR] = $1
	who[NR] = $2
	how[NR] = $3
	time[NR] = $4
	bytes[NR] = $5
	if ($2 == "numastat")
		peer[$1] = $4
	failed = failed || $4 == "-"
}

# The peer's time in terms of ours.
END {
	for (i = 1; i <= NR; i++) {
		ratio = "-"
		if (who[i] == "numatrace" && time[i] > 0 && peer[job[i]] > 0)
			ratio = sprintf("%.1f", peer[job[i]] / time[i])
		line(job[i], who[i], how[i], time[i], bytes[i], ratio)
	}
	exit failed || !NR
}
