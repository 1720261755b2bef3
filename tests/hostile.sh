#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2317 # cases are called by name
# Every command beside a process whose name, program file, which it maps, cgroup
# and rule would command a terminal, and with such words as arguments.
. "$KTAP"
. "${0%/*}/_lib.sh"

# An escape sequence, a tab, C1 as a character and as a byte, "turn what follows
# around", and delete: nothing of it may reach a terminal. The letter may.
evil=$(printf '\033[7m\t\302\233\342\200\256\233\177\303\251')
# Where a name can have it, a line of somebody else's, too. The kernel cuts a
# process's name after 15 bytes, before the letter.
file=$(printf 'h\033[7m\n!\t\302\233\342\200\256\233\177\303\251')
# The name, which is lost to nobody who reads raw output.
bytes='h\x1b[7m\x0a!\x09\xc2\x9b\xe2\x80\xae\x9b\x7f'
group=g$evil
# What the readers of rules do not refuse at once.
soft=$(printf '\302\233\342\200\256\177\303\251')
# Of our own: branches, and bars.
drawn=$(printf '\342[\224-\226][\200-\277]')

# What the help lists, and what else answers to a name.
commands() {
	numatrace --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p'
	echo numactl numastat migratepages numatraced numatrace
}

# All of it is plain, but for the letter and what is drawn.
plain() {
	LC_ALL=C sed -e 's/é//g' -e "s/$drawn//g" "$out" |
		tr -d '\n -~' >"$out.rest"
	! [ -s "$out.rest" ] && ! grep -q '^!' "$out" && return
	LC_ALL=C grep -n -e '[^ -~]' -e '^!' "$out" | head -n 20 |
		hexdump -C | sed 's/^/# /'
	return 1
}

# harmless COMMAND: it has an entry here, and what that prints is plain.
harmless() {
	command -v "try_$1" >/dev/null || {
		echo "# there is no try_$1"
		return 1
	}
	"try_$1" >"$out" 2>&1
	_tried=$?
	plain || return 1
	[ $_tried -eq 0 ] || sed 's/^/# /' "$out"
	return $_tried
}

# refused COMMAND...: whatever it says of it.
refused() {
	! "$@"
}

# formats COMMAND...: a list in each of its formats, with all that it has.
formats() {
	"$@" && "$@" --output-all && "$@" --raw --output-all && "$@" --json
}

# refusals COMMAND...: of words that nothing has.
refusals() {
	refused "$@" "$evil" && refused "$@" "--$evil" &&
		refused "$@" --output "$evil"
}

# named COMMAND...: it prints the process's name, or the cgroup's.
named() {
	"$@" >"$out.named" 2>&1
	_named=$?
	cat "$out.named"
	grep -q '[hg]\\x1b\[7m' "$out.named" || echo "not named by: $1 $2"
	[ $_named -le 1 ] && grep -q '[hg]\\x1b\[7m' "$out.named"
}

try_nodes() {
	formats numatrace nodes && refusals numatrace nodes
}

try_matrix() {
	numatrace matrix access && numatrace matrix migration --json &&
		refusals numatrace matrix
}

try_ps() {
	formats numatrace ps && named numatrace ps &&
		named numatrace ps --output-all &&
		named numatrace ps --raw --output-all &&
		named numatrace ps --name "$file" &&
		named numatrace ps --cgroup '/g*' --output CGROUP &&
		refusals numatrace ps && refused numatrace ps --user "$evil" &&
		refused numatrace ps --sort "$evil" &&
		refused numatrace ps --pid "1,$evil" &&
		numatrace ps --raw >"$out.named" &&
		grep -qF "$bytes" "$out.named" &&
		numatrace ps --json >"$out.named" &&
		grep -q '"h\\u001b\[7m\\n!\\t\\u009b\\u202e' "$out.named"
}

try_top() {
	named numatrace top --batch 0.1 1 &&
		named numatrace top --cgroups --batch 0.1 1 &&
		numatrace top --batch --json 0.1 1 && refusals numatrace top &&
		tmux -u -f /dev/null new-session -d -s hostile -x 80 -y 24 \
			"TERM=$TERM numatrace top --interval 1" &&
		wait_for on_screen 'h\\x1b\[7m\\x0a'
	_shown=$?
	tmux capture-pane -p -t hostile
	tmux kill-server
	return $_shown
}

on_screen() {
	tmux capture-pane -p -t hostile | grep -q "$1"
}

try_show() {
	named numatrace show "$pid" && numatrace show --json "$pid" &&
		named numatrace show --exact --threads all "$pid" &&
		refusals numatrace show
}

try_cgroups() {
	formats numatrace cgroups --removed && named numatrace cgroups &&
		named numatrace cgroups --raw &&
		numatrace cgroups --containers && refusals numatrace cgroups
}

try_cost() {
	numatrace cost && numatrace cost --json && refusals numatrace cost
}

try_balancing() {
	numatrace balancing && numatrace balancing --json &&
		refused numatrace balancing --rounds 1 --measure 0.1 \
			--counter "$evil" &&
		refused numatrace balancing --pid "$evil" &&
		refusals numatrace balancing
}

try_history() {
	wait_for named numatrace history --cgroup '/g*' &&
		formats numatrace history --cgroup '/g*' &&
		named numatrace history --samples --cgroup '/g*' &&
		refused numatrace history --cgroup "none$evil" &&
		refused numatrace history --since "$evil" &&
		refusals numatrace history
}

try_watch() {
	named numatrace watch --cgroup '/g*' 1 &&
		numatrace watch --json --cgroup '/g*' 1 &&
		numatrace watch --cgroup "$evil" 1 &&
		refused numatrace watch --node "$evil" &&
		refusals numatrace watch
}

try_check() {
	numatrace check
	numatrace check --json
	refusals numatrace check
}

try_run() {
	numatrace run --measure -- "$work/bin/$file" 2>"$out.named"
	cat "$out.named"
	grep -q 'h\\x1b\[7m' "$out.named" &&
		numatrace run --measure -J -- true "$evil" &&
		refused numatrace run --membind "$evil" true &&
		refused numatrace run --measure-output "/proc/$evil/$evil" true &&
		refusals numatrace run
}

# Other users' processes, missing ones, and all that is done to one. By path: the
# shell would take its own applet.
try_bind() {
	named numatrace bind "$pid" --membind 1 --dry-run &&
		named numatrace bind "$pid" --membind 1 --observe 1 &&
		numatrace bind "$pid" --membind 1 --dry-run --json &&
		named numatrace bind "cgroup:/$group" --membind 1 --observe 0 &&
		numatrace bind "h*" --cpunodebind 0 --observe 0 --json &&
		refused /usr/bin/setpriv --reuid 65534 --clear-groups \
			numatrace bind "$pid" --membind 1 --dry-run &&
		refused numatrace bind "cgroup:/none$evil" --membind 1 &&
		refused numatrace bind "unit:$evil" --membind 1 &&
		refused numatrace bind "$pid" --membind "$evil" &&
		refused numatrace bind "$pid" -m 1 --journal "/proc/$evil/$evil" &&
		refusals numatrace bind
}

try_migrate() {
	# Not all of its pages can be.
	numatrace migrate "$pid" 1 0
	numatrace migrate "$pid" 0 1 --json
	numatrace migrate "cgroup:/$group" 0 1 --shared &&
		refused numatrace migrate "cgroup:/none$evil" 0 1 &&
		refused numatrace migrate "$pid" 1 "$evil" &&
		refusals numatrace migrate
}

try_advise() {
	named numatrace advise --seconds 1 "$pid" &&
		numatrace advise --seconds 1 --json "$pid" &&
		named numatrace advise --seconds 1 && refusals numatrace advise
}

# After bind, whose action names the process.
try_actions() {
	formats numatrace actions && named numatrace actions --output-all &&
		refusals numatrace actions
}

try_undo() {
	numatrace bind "$pid" --cpunodebind 0 --observe 0 && numatrace undo &&
		refused numatrace undo --journal "/proc/$evil/$evil" &&
		refusals numatrace undo
}

try_rules() {
	formats numatrace rules --rules "$work/rules" list &&
		formats numatrace rules --rules "$work/rules" test "$pid" &&
		named numatrace rules --rules "$work/rules" test "$pid" &&
		refused numatrace rules check "$work/wrong" &&
		refused numatrace rules check "$work/$evil" &&
		refused numatrace rules --rules "$work/wrong" test "$pid" &&
		refusals numatrace rules
}

try_bench() {
	refused numatrace bench --nodes "$evil" &&
		refused numatrace bench --size "$evil" &&
		refusals numatrace bench
}

try_info() {
	numatrace info && numatrace info --json && refusals numatrace info
}

try_hardware() {
	numatrace hardware && numatrace hardware --json &&
		refusals numatrace hardware
}

try_hooks() {
	formats numatrace hooks && refused numatrace hooks --enable "$evil" &&
		refusals numatrace hooks
}

try_config() {
	formats numatrace config && refused numatrace config "$evil=1" &&
		refused numatrace config "history=$evil" &&
		refused numatrace config --load "$work/settings$evil" &&
		refused numatrace config --load "$work/$evil" &&
		refused numatrace config --save "/proc/$evil/$evil" &&
		refusals numatrace config
}

try_profiles() {
	numatrace profiles && numatrace profiles --json &&
		refusals numatrace profiles
}

try_tune() {
	formats numatrace tune && refused numatrace tune "$evil=1" &&
		refused numatrace tune "numa_balancing=$evil" &&
		refusals numatrace tune
}

try_numatrace() {
	refused numatrace "$evil" && refused numatrace "--$evil"
}

try_numactl() {
	refused numactl --membind "$evil" true &&
		refused numactl "--$evil" true && refused numactl true "--$evil"
	refused numactl --membind 0 "$work/$evil" &&
		refused numactl --shm "/proc/$evil/$evil" --show
}

try_numastat() {
	named numastat -p "$pid" && named numastat -p "$file" &&
		numastat "none$evil" && numastat -s"$evil" &&
		refused numastat "--$evil"
}

try_migratepages() {
	refused migratepages "$pid" "$evil" 0 &&
		refused migratepages "$evil" 0 1
}

# The rule is for the program, so that its process is bound and named.
try_numatraced() {
	refused numatraced "$evil"
	refused numatraced "--$evil"
	refused numatraced --rules "$work/wrong"
	numatraced --rules "$work/rules" 2>"$out.log" &
	daemon=$!
	wait_for grep -q 'were looked at' "$out.log" && kill "$daemon" &&
		wait "$daemon"
	_ended=$?
	named cat "$out.log" && [ $_ended -eq 0 ]
}

accesses_are_seen() {
	numatrace ps -rn -o PID | grep -qx "$pid"
}

# The names mean something in this locale: more reaches the terminal.
LC_ALL=C.UTF-8
TERM=xterm
export LC_ALL TERM
out=$(mktemp)
work=$(mktemp -d)
mkdir "$work/bin" "$work/names" "$work/rules" "$work/wrong"
cp "$(command -v _remote)" "$work/bin/$file"
# By path: the guest has other ones.
for name in numactl numastat migratepages; do
	ln -s "$(command -v numatrace)" "$work/names/$name"
done
PATH=$work/names:$PATH
printf '%s\n' "comm=$soft : none" \
	"exe=$work/bin/h* : --membind=1" >"$work/rules/10-$evil.conf"
printf '%s\n' "$evil" "comm=$evil : --membind=99" "comm=x : $evil" \
	"comm=x : --membind=$soft" \
	"$soft = $soft" >"$work/wrong/10-$evil.conf"
printf '%s\n' "$evil = 1" "history = $evil" >"$work/settings$evil"

echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
mkdir "/sys/fs/cgroup/$group"
sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "/sys/fs/cgroup/$group" \
	"$work/bin/$file" --stay 16 1 0 >/dev/null &
pid=$!
numatrace config measure_cost=1 sample_cgroups=8 sample_interval_ms=200 >"$out"

ktap_print_header
# shellcheck disable=SC2046 # words
set -- $(commands)
ktap_set_plan $(($# + 1))
ktap_test_result accesses_are_seen wait_for accesses_are_seen
for command in "$@"; do
	ktap_test_result "$command" harmless "$command"
done
kill "$pid"
ktap_finished
