// SPDX-License-Identifier: GPL-2.0
#include "bind_checks.h"

#include "bind_policy.h"
#include "bind_problem.h"
#include "cgroup_file.h"
#include "cgroups.h"
#include "file.h"
#include "proc.h"
#include "topology.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>

/* Sentences for people. */
#define INTERLEAVED                                                            \
	"memory outside of the nodes is spread over them, what is on one of them stays there, and future memory comes from them, but not by turns: nobody can set the memory policy of another process; numatrace run --interleave starts one so"
#define PREFERRED                                                              \
	"existing memory is moved; future memory is not covered: a cpuset cannot prefer nodes, and nobody can set the memory policy of another process; --membind does cover it"
#define NOT_OURS                                                               \
	"process %d (%s) belongs to user %u; this needs CAP_SYS_NICE: run it as root"
#define LOCKED                                                                 \
	"process %d (%s) has locked %llu KiB of memory against swapping; they are moved as well, and accesses wait meanwhile"
#define FEW_HUGE                                                               \
	"process %d (%s) has %llu MiB in huge pages of hugetlb, and %llu MiB of them are free on the nodes: the rest stays where it is; reserve more in /sys/devices/system/node/node*/hugepages"
#define NONE_ALLOWED                                                           \
	"process %d (%s) may not use any of the %s %s: its cgroup's cpuset leaves %s to it; widen that first"
#define SOME_ALLOWED                                                           \
	"process %d (%s) may use only a part of the %s %s: its cgroup's cpuset leaves %s to it; ask for those, or --force"
#define NOT_ONLINE                                                             \
	"node %u is not online (numatrace hardware lists those that are)"
#define NO_MEMORY_THERE                                                        \
	"node %u has no memory (numatrace hardware shows which have)"
#define NO_ROOM                                                                \
	"%llu MiB are to be moved to node %s, where %llu MiB are free or held by files that nobody used lately; free memory there, choose more nodes, or --force"
#define UNMEASURED                                                             \
	"where the memory of the processes is could not be measured (%s), so that the room for it was not checked"
#define NOT_SHARED                                                             \
	"moving pages that several processes map needs CAP_SYS_NICE: run it as root, or without --shared"

/* A node keeps some of its memory for itself: 1/64 of it, as watermarks do. */
#define KEPT_FREE 64

#define KIB 1024ULL
#define MIB (KIB * 1024)

int bind_check_policy(const struct bind_request *request, struct bind *bind)
{
	const struct policy *policy = request->policy;
	const char *refusal = bind_policy_refusal(policy);

	if (refusal)
		return bind_refuse(bind, "%s", refusal);
	switch (policy->memory) {
	case POLICY_MEMORY_INTERLEAVE:
	case POLICY_MEMORY_WEIGHTED_INTERLEAVE:
		return bind_warn(bind, INTERLEAVED);
	case POLICY_MEMORY_PREFERRED:
	case POLICY_MEMORY_PREFERRED_MANY:
		return bind_warn(bind, PREFERRED);
	default:
		return 0;
	}
}

/* A number in a line "Key:  123 kB" of a text, in bytes; 0: there is none. */
static uint64_t size_of(const char *text, const char *key)
{
	const char *line = text ? strstr(text, key) : NULL;

	return line ? strtoull(line + strlen(key), NULL, 10) * KIB : 0;
}

static char *status_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return file_read(path);
}

static bool may_change_others(void)
{
	char *status = status_of(getpid());
	const char *line = status ? strstr(status, "\nCapEff:\t") : NULL;
	uint64_t set = 0;

	if (line)
		set = strtoull(line + strlen("\nCapEff:\t"), NULL, 16);
	free(status);
	return set >> CAP_SYS_NICE & 1;
}

static int check_permission(struct bind *bind, const struct proc *proc,
			    bool privileged)
{
	if (privileged || proc->uid == geteuid())
		return 0;
	return bind_refuse(bind, NOT_OURS, proc->pid, proc->comm, proc->uid);
}

static int check_locked(struct bind *bind, const struct proc *proc,
			const char *status)
{
	uint64_t locked = size_of(status, "\nVmLck:");

	if (!bind->nodes || !locked)
		return 0;
	return bind_warn(bind, LOCKED, proc->pid, proc->comm,
			 (unsigned long long)(locked / KIB));
}

static char *node_file(unsigned int node, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/%s", node,
		 name);
	return file_read(path);
}

/* Bytes in free huge pages of the default size, by far the usual one. */
static uint64_t free_huge(const struct bitmask *nodes)
{
	char *meminfo = file_read("/proc/meminfo");
	uint64_t size = size_of(meminfo, "\nHugepagesize:"), pages = 0;
	char name[64], *text;

	free(meminfo);
	snprintf(name, sizeof(name),
		 "hugepages/hugepages-%llukB/free_hugepages",
		 (unsigned long long)(size / KIB));
	for (unsigned int node = 0; node < nodes->size; node++) {
		if (!numa_bitmask_isbitset(nodes, node))
			continue;
		text = node_file(node, name);
		pages += text ? strtoull(text, NULL, 10) : 0;
		free(text);
	}
	return pages * size;
}

static int check_huge(struct bind *bind, const struct proc *proc,
		      const char *status)
{
	uint64_t huge = size_of(status, "\nHugetlbPages:"), room;

	if (!bind->nodes || !huge)
		return 0;
	room = free_huge(bind->nodes);
	if (room >= huge)
		return 0;
	return bind_warn(bind, FEW_HUGE, proc->pid, proc->comm,
			 (unsigned long long)(huge / MIB),
			 (unsigned long long)(room / MIB));
}

static struct bitmask *parse(const char *list, unsigned int size)
{
	struct bitmask *mask = numa_bitmask_alloc(size);
	unsigned int *numbers = NULL;
	size_t count = 0;

	if (mask && topology_parse_list(list, &numbers, &count)) {
		numa_bitmask_free(mask);
		return NULL;
	}
	for (size_t i = 0; mask && i < count; i++)
		if (numbers[i] < size)
			numa_bitmask_setbit(mask, numbers[i]);
	free(numbers);
	return mask;
}

enum overlap {
	ALL,
	SOME,
	NONE
};

/* How much of @wanted is in a list; all of it where there is no list. */
static enum overlap overlap(const struct bitmask *wanted, const char *list)
{
	struct bitmask *limit;
	bool in = false, out = false;

	if (!wanted || !list)
		return ALL;
	limit = parse(list, wanted->size);
	if (!limit)
		return ALL;
	for (unsigned int i = 0; i < wanted->size; i++) {
		if (!numa_bitmask_isbitset(wanted, i))
			continue;
		if (numa_bitmask_isbitset(limit, i))
			in = true;
		else
			out = true;
	}
	numa_bitmask_free(limit);
	if (in)
		return out ? SOME : ALL;
	return out ? NONE : ALL;
}

/* Of the cgroup above, which limits one that is changed or made. To be freed. */
static char *limit_above(const char *cgroup, const char *name)
{
	char *above = cgroup_file_parent(cgroup), *mount = cgroups_mount();
	char *text = NULL;

	if (above && mount)
		text = cgroup_file_nearest(mount, above, name);
	free(mount);
	free(above);
	return text;
}

static int check_limit(const struct bind_request *request, struct bind *bind,
		       const struct proc *proc, const struct bitmask *wanted,
		       const char *what, const char *limit)
{
	enum overlap part = overlap(wanted, limit);
	char *list;
	int err;

	if (part == ALL)
		return 0;
	list = policy_list(wanted);
	if (!list)
		return -ENOMEM;
	if (part == NONE)
		err = bind_refuse(bind, NONE_ALLOWED, proc->pid, proc->comm,
				  what, list, limit);
	else
		err = bind_discourage(request, bind, SOME_ALLOWED, proc->pid,
				      proc->comm, what, list, limit);
	free(list);
	return err;
}

static const char *nodes_of(const struct proc *proc)
{
	return proc->cpuset_nodes ? proc->cpuset_nodes : proc->nodes;
}

/* One that is changed or made can have all that the cgroup above it has. */
static int check_limits(const struct bind_request *request, struct bind *bind,
			const struct proc *proc)
{
	bool changed = bind->cpuset.way != CPUSET_NONE;
	const char *cgroup = bind->cpuset.cgroup;
	char *cpus =
		changed ? limit_above(cgroup, "cpuset.cpus.effective") : NULL;
	char *nodes =
		changed ? limit_above(cgroup, "cpuset.mems.effective") : NULL;
	int err = check_limit(request, bind, proc, request->policy->cpus,
			      "CPUs", changed ? cpus : proc->cpuset_cpus);

	if (!err)
		err = check_limit(request, bind, proc, bind->nodes, "nodes",
				  changed ? nodes : nodes_of(proc));
	free(cpus);
	free(nodes);
	return err;
}

static bool is_in_the_way(const struct bind_request *request,
			  const struct bind *bind, const struct proc *proc)
{
	return overlap(request->policy->cpus, proc->cpuset_cpus) != ALL ||
	       overlap(bind->nodes, nodes_of(proc)) != ALL;
}

bool bind_cpuset_comes_first(const struct bind_request *request,
			     const struct bind *bind)
{
	bool first = false;
	struct proc proc;

	if (!bind->limited || bind->cpuset.way == CPUSET_NONE)
		return false;
	for (size_t i = 0; !first && i < bind->target.count; i++) {
		if (proc_read(bind->target.process[i].pid, &proc))
			continue;
		first = is_in_the_way(request, bind, &proc);
		proc_free(&proc);
	}
	return first;
}

static int check_process(const struct bind_request *request, struct bind *bind,
			 pid_t pid, bool privileged)
{
	char *status = status_of(pid);
	struct proc proc;
	int err = proc_read(pid, &proc);

	/* One that has ended needs nothing. */
	if (err || !status) {
		free(status);
		if (!err)
			proc_free(&proc);
		return err == -ENOMEM ? err : 0;
	}
	err = check_permission(bind, &proc, privileged);
	if (!err)
		err = check_locked(bind, &proc, status);
	if (!err)
		err = check_huge(bind, &proc, status);
	if (!err)
		err = check_limits(request, bind, &proc);
	proc_free(&proc);
	free(status);
	return err;
}

static const struct topology_node *find_node(const struct topology *topology,
					     unsigned int id)
{
	for (size_t i = 0; i < topology->count; i++)
		if (topology->node[i].id == id)
			return &topology->node[i];
	return NULL;
}

static int check_nodes(struct bind *bind, const struct topology *topology)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < bind->nodes->size; i++) {
		const struct topology_node *node;

		if (!numa_bitmask_isbitset(bind->nodes, i))
			continue;
		node = find_node(topology, i);
		if (!node)
			err = bind_refuse(bind, NOT_ONLINE, i);
		else if (!node->memory || !node->total)
			err = bind_refuse(bind, NO_MEMORY_THERE, i);
	}
	return err;
}

/* Pages of files that nobody used lately give way. */
static uint64_t room_of(const struct topology_node *node)
{
	char *meminfo = node_file(node->id, "meminfo"), name[64];
	uint64_t kept = node->total / KEPT_FREE, room = node->free;

	snprintf(name, sizeof(name), "Node %u Inactive(file):", node->id);
	room += size_of(meminfo, name);
	free(meminfo);
	return room > kept ? room - kept : 0;
}

static int check_room(const struct bind_request *request, struct bind *bind,
		      const struct topology *topology)
{
	uint64_t room = 0;
	char *nodes;
	int err;

	for (size_t i = 0; i < topology->count; i++)
		if (numa_bitmask_isbitset(bind->nodes, topology->node[i].id))
			room += room_of(&topology->node[i]);
	if (bind->unmeasured || bind->to_move <= room)
		return 0;
	nodes = policy_list(bind->nodes);
	if (!nodes)
		return -ENOMEM;
	err = bind_discourage(request, bind, NO_ROOM,
			      (unsigned long long)(bind->to_move / MIB), nodes,
			      (unsigned long long)(room / MIB));
	free(nodes);
	return err;
}

static int check_memory(const struct bind_request *request, struct bind *bind)
{
	struct topology topology;
	int err = topology_read("", &topology);

	if (err)
		return err;
	err = check_nodes(bind, &topology);
	if (!err && !request->keep_pages)
		err = check_room(request, bind, &topology);
	topology_free(&topology);
	return err;
}

int bind_check(const struct bind_request *request, struct bind *bind)
{
	bool privileged = may_change_others();
	int err = bind->nodes ? check_memory(request, bind) : 0;

	if (!err && bind->nodes && bind->unmeasured)
		err = bind_warn(bind, UNMEASURED, strerror(-bind->unmeasured));
	if (!err && request->shared && !privileged)
		err = bind_refuse(bind, NOT_SHARED);
	for (size_t i = 0; !err && i < bind->target.count; i++)
		err = check_process(request, bind, bind->target.process[i].pid,
				    privileged);
	return err;
}
