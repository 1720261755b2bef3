# SPDX-License-Identifier: GPL-2.0
# Joins the TAP streams of the tests in one guest into one: results are
# numbered anew and carry their test's name. A test that ends without the
# results it planned, or fails without saying so, is a failure.

function result(verdict, text) {
	printf "%s %d - %s: %s\n", verdict, ++number, test, text
	if (verdict != "ok")
		failed = 1
}

$1 == "#" && $2 == "test:" {
	test = $3
	planned = -1
	seen = failed = 0
	next
}

$1 == "#" && $2 == "status:" {
	if (seen != planned)
		result("not ok", "gave " seen " results of " planned)
	else if ($3 && !failed)
		result("not ok", "exited with status " $3)
	test = ""
	next
}

$1 == "#" && $2 == "guest:" {
	status = $3
	next
}

/^1\.\.[0-9]+/ {
	split($1, plan, /\.\./)
	planned = plan[2]
	if (!planned)
		result("ok", "all " substr($0, index($0, "#")))
	next
}

/^(not )?ok [0-9]+/ {
	verdict = $1 == "ok" ? "ok" : "not ok"
	sub(/^(not )?ok [0-9]+ *-? */, "")
	seen++
	result(verdict, $0)
	next
}

{
	print "# " $0
}

END {
	if (test != "" || status) {
		test = test ? test : "guest"
		result("not ok", "the guest ended with status " status)
	}
	print "1.." number
}
