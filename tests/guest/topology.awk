# SPDX-License-Identifier: GPL-2.0
# Translates one line of topologies/*.tsv to QEMU arguments, one a line.
# Variables: cpus and memory (MiB) of the whole machine, 0 = as fits;
# spare = MiB to add to the memory that fits.
#
# Memory is dealt in sections of 128 MiB, x86's unit of memory hotplug, so that
# no node shares one with another.
#
# A node with neither CPUs nor memory can get memory later. Its sockets are
# empty: x86 leaves out and renumbers nodes that the firmware says nothing of.

function fail(why)
{
	print "tests/guest/topology: " why > "/dev/stderr"
	exit 2
}

# As many CPUs as in the data where a guest can have that many, else few alike.
function choose_cpus()
{
	if (!cpus && sum(cpu_weight) <= 8)
		cpus = sum(cpu_weight)
	if (!cpus)
		cpus = cpu_nodes * int((3 + cpu_nodes) / cpu_nodes)
	if (cpus < cpu_nodes)
		fail($1 " has " cpu_nodes " nodes with CPUs: --cpus must be " \
			"at least that")
}

function choose_memory(    chosen)
{
	chosen = memory
	if (!memory && sum(memory_weight) <= 2048)
		memory = sum(memory_weight)
	if (!memory)
		memory = memory_nodes * (memory_nodes < 4 ? \
			128 * int((7 + memory_nodes) / memory_nodes) : 256)
	if (!chosen)
		memory += spare
	memory -= memory % 128
	if (memory < memory_nodes * 128)
		fail($1 " has " memory_nodes " nodes with memory, of 128 MiB " \
			"at least: --memory must be " memory_nodes * 128 \
			" or more")
}

# Deals total units by weight into share[]: at least least[i] to each that has a
# weight, the rest one by one to whoever lacks most of its proportion.
function deal(total, weight, least, share,    i, best)
{
	for (i = 0; i < nodes; i++) {
		share[i] = weight[i] ? least : 0
		total -= share[i]
	}
	for (; total > 0; total--) {
		best = -1
		for (i = 0; i < nodes; i++)
			if (weight[i] && (best < 0 || \
			    share[i] / weight[i] < share[best] / weight[best]))
				best = i
		share[best]++
	}
}

function sum(array,    i, total)
{
	for (i = 0; i < nodes; i++)
		total += array[i]
	return total
}

function split_nodes(list, array,    i, fields, count)
{
	split(list, fields, ",")
	for (i = 0; i < nodes; i++) {
		array[i] = fields[i + 1] + 0
		count += array[i] > 0
	}
	return count
}

function gcd(a, b)
{
	return b ? gcd(b, a % b) : a
}

# One socket a node, or several alike where nodes differ: the kernel distrusts
# a package that spans nodes, and QEMU knows only equal sockets.
function print_cpus(    i, most)
{
	for (i = 0; i < nodes; i++)
		cores = gcd(cores, cpu_share[i])
	most = cpus + empty_nodes * cores
	printf "-smp\n%d,maxcpus=%d,sockets=%d,cores=%d,threads=1\n", \
		cpus, most, most / cores, cores
}

function print_memory()
{
	printf "-m\n%dM%s\n", memory, \
		empty_nodes ? ",slots=8,maxmem=" memory + 4096 "M" : ""
}

function is_empty(node)
{
	return !cpu_weight[node] && !memory_weight[node]
}

# Present CPUs have the first numbers, so empty nodes come last.
function print_node(node, first_cpu, count,    arg)
{
	arg = "node,nodeid=" node
	if (count)
		arg = arg ",cpus=" first_cpu "-" first_cpu + count - 1
	if (hmat != "" && cpu_share[node])
		arg = arg ",initiator=" node
	if (memory_share[node]) {
		printf "-object\nmemory-backend-ram,id=m%d,size=%dM\n", \
			node, memory_share[node] * 128
		arg = arg ",memdev=m" node
	}
	printf "-numa\n%s\n", arg
}

function print_distances(rows,    i, j, row, value)
{
	split(rows, row, ";")
	for (i = 0; i < nodes; i++) {
		split(row[i + 1], value, ",")
		for (j = 0; j < nodes; j++)
			printf "-numa\ndist,src=%d,dst=%d,val=%d\n", \
				i, j, value[j + 1]
	}
}

function print_hmat_pair(from, to, latency, bandwidth,    pair)
{
	pair = "hmat-lb,initiator=" from ",target=" to ",hierarchy=memory"
	printf "-numa\n%s,data-type=access-latency,latency=%d\n", pair, latency
	printf "-numa\n%s,data-type=access-bandwidth,bandwidth=%dM\n", \
		pair, bandwidth
}

function print_hmat(    i, j, part, latency, bandwidth, k)
{
	split(hmat, part, ";")
	split(part[1], latency, ",")
	split(part[2], bandwidth, ",")
	print "-machine\nhmat=on"
	for (i = 0; i < nodes; i++)
		for (j = 0; j < nodes; j++)
			if (cpu_share[i] && memory_share[j]) {
				k = i == j ? 1 : 2
				print_hmat_pair(i, j, latency[k], bandwidth[k])
			}
}

BEGIN {
	FS = "\t"
}

{
	nodes = $2
	hmat = $6
	cpu_nodes = split_nodes($3, cpu_weight)
	memory_nodes = split_nodes($4, memory_weight)

	choose_cpus()
	deal(cpus, cpu_weight, 1, cpu_share)
	choose_memory()
	deal(memory / 128, memory_weight, 1, memory_share)

	for (i = 0; i < nodes; i++)
		empty_nodes += is_empty(i)
	print_cpus()
	print_memory()
	for (i = 0; i < nodes; i++) {
		count = is_empty(i) ? cores : cpu_share[i]
		print_node(i, first_cpu + 0, count)
		first_cpu += count
	}
	print_distances($5)
	if (hmat != "")
		print_hmat()
}
