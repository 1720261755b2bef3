// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of migratepages(8), over a mover that counts.
 */
#include "names.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <numa.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "mover.h"
#include "notes.h"

static int print_usage(void)
{
	fputs("usage: migratepages pid from-nodes to-nodes\n"
	      "\n"
	      "Moves the pages of a running process: those on the n-th of the nodes to leave\n"
	      "go to the n-th of the others. Nodes are numbers, ranges, or all: 0,2-3.\n",
	      stderr);
	return EXIT_FAILED;
}

static bool parse_pid(const char *text, pid_t *pid)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 0);
	if (errno || end == text || *end || !number || number > INT_MAX)
		return false;
	*pid = (pid_t)number;
	return true;
}

static struct bitmask *parse_nodes(const char *text)
{
	struct bitmask *nodes = numa_parse_nodestring(text);

	if (!nodes)
		pr_notice("'%s' is not a list of nodes; see numactl --hardware",
			  text);
	return nodes;
}

static const char *why(int err)
{
	switch (err) {
	case -ESRCH:
		return "it does not run, or has ended";
	case -EPERM:
		return "it belongs to somebody else; try it as root";
	case -ENODEV:
		return "a node to move to is offline or has no memory";
	case -EOPNOTSUPP:
		return "the system call is not allowed here, as in a container with seccomp";
	default:
		return strerror(-err);
	}
}

static void print_left(const struct mover_result *result)
{
	static const char *const remedies[MOVER_REASONS] = {
		[MOVER_BUSY] = "in use at that moment: try again",
		[MOVER_SHARED] = "shared with other processes: try it as root",
		[MOVER_PINNED] = "held in place",
		[MOVER_NO_MEMORY] = "no memory free there: make room",
		[MOVER_RETURNED] = "moved back by automatic balancing",
		[MOVER_HIDDEN] = "armed by automatic balancing: try again",
		[MOVER_OTHER] = "refused by the kernel",
	};
	unsigned long long sum[MOVER_REASONS] = { 0 };

	for (size_t i = 0; i < result->count; i++)
		for (int reason = 0; reason < MOVER_REASONS; reason++)
			sum[reason] += result->pair[i].left[reason];
	pr_notice("%llu pages were moved, %llu were not:",
		  (unsigned long long)mover_moved(result),
		  (unsigned long long)mover_left(result));
	for (int reason = 0; reason < MOVER_REASONS; reason++)
		if (sum[reason])
			pr_notice("%llu pages %s", sum[reason],
				  remedies[reason]);
}

/* Pages that others map too go along where we may, as with migrate_pages(2). */
static int move(struct mover_request *request, struct mover_result *result)
{
	int err;

	request->shared = true;
	err = mover_run(request, result);
	if (err != -EPERM || result->looked_at)
		return err;
	mover_free(result);
	memset(result, 0, sizeof(*result));
	request->shared = false;
	return mover_run(request, result);
}

static int migrate(struct mover_request *request)
{
	struct mover_result result = { 0 };
	int err = move(request, &result);
	bool complete = !err && !mover_left(&result);

	if (err)
		pr_notice("process %d: %s", request->process->pid, why(err));
	if (mover_left(&result))
		print_left(&result);
	mover_free(&result);
	return complete ? EXIT_DONE : EXIT_FAILED;
}

int migratepages_main(int argc, char **argv)
{
	static const struct option options[] = { { 0 } };
	struct target_process process = { 0 };
	struct mover_request request = {
		.process = &process,
		.slice = MOVER_SLICE_NS,
	};
	struct bitmask *from, *to;
	int code = EXIT_FAILED;
	pid_t pid;

	if (getopt_long(argc, argv, "", options, NULL) != -1 ||
	    argc - optind != 3 || !parse_pid(argv[optind], &pid))
		return print_usage();
	if (numa_available() < 0) {
		pr_notice("this kernel does not know NUMA nodes");
		return EXIT_FAILED;
	}
	target_take(&process, pid);
	from = parse_nodes(argv[optind + 1]);
	to = from ? parse_nodes(argv[optind + 2]) : NULL;
	if (to) {
		request.from = from;
		request.to = to;
		code = migrate(&request);
		numa_free_nodemask(to);
	}
	if (from)
		numa_free_nodemask(from);
	target_close(&process);
	return code;
}
