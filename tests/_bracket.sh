# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Compares a witness with the module, which is read just inside and just outside
# of what the witness saw, since the witness and the readings are seen too:
# cell by cell, growth inside <= witness <= growth outside.
#
# A reading is a file of lines "name row column value".

# module_reading: the matrices, as events and as pages.
module_reading() {
	numatrace matrix access --raw --noheadings \
		--output CPU-NODE,MEMORY-NODE,FAULTS,PAGES |
		awk '{ print "access", $1, $2, $3; print "pages", $1, $2, $4 }'
	numatrace matrix migration --raw --noheadings \
		--output FROM-NODE,TO-NODE,FOLIOS,PAGES |
		awk '{ print "folios", $1, $2, $3; print "moved", $1, $2, $4 }'
}

# bracket_growth BEFORE AFTER
bracket_growth() {
	awk 'NR == FNR { before[$1, $2, $3] = $4; next }
		{ n = $4 - before[$1, $2, $3] }
		n { print $1, $2, $3, n }' "$1" "$2" | sort
}

# bracket_disagreements INSIDE OUTSIDE WITNESS: lines "cell inside witness outside"
bracket_disagreements() {
	awk '
		{ cell = $1 " " $2 " " $3; cells[cell] }
		FILENAME == ARGV[1] { inside[cell] = $4 }
		FILENAME == ARGV[2] { outside[cell] = $4 }
		FILENAME == ARGV[3] { witness[cell] = $4 }
		END {
			for (cell in cells)
				if (witness[cell] + 0 < inside[cell] + 0 ||
				    witness[cell] + 0 > outside[cell] + 0)
					print cell, inside[cell] + 0,
						witness[cell] + 0,
						outside[cell] + 0
		}' "$1" "$2" "$3"
}
