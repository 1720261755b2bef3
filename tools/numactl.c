// SPDX-License-Identifier: GPL-2.0
/*
 * The command line of numactl(8), with what it prints and how it exits.
 */
#include "names.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hardware_text.h"
#include "policy_show.h"
#include "run_options.h"
#include "topology.h"

static const char all_is_late[] =
	"--all/-a option must be before all cpu/node specifications";

/* Whatever goes wrong. */
#define NUMACTL_FAILED 1

#define MAX_OPTIONS 32
#define LETTERS "+" POLICY_LETTERS RUN_SHM_LETTERS "sH"

static const struct option own_options[] = {
	{ "show", no_argument, NULL, 's' },
	{ "hardware", no_argument, NULL, 'H' },
	{ 0 },
};

static const char usage_text[] =
	"usage: numactl [policy] [--] command args ...\n"
	"       numactl --show | -s\n"
	"       numactl --hardware | -H\n"
	"       numactl [--length= | -L <size>] [--offset= | -o <size>] [--shmmode= | -M <mode>]\n"
	"               [--huge | -u] [--shmid= | -I <id>] --shm= | -S <keyfile> | --file= | -f <file>\n"
	"               [--strict | -t] [memory policy] [--touch | -T] [--verify | -V]\n"
	"               [--dump | -d] [--dump-nodes | -D]\n"
	"\n"
	"policy is a memory policy and any of\n"
	"  [--all | -a] [--balancing | -b] [--cpunodebind= | -N <nodes>] [--physcpubind= | -C <cpus>]\n"
	"memory policy is one of\n"
	"  --interleave= | -i <nodes>, --weighted-interleave= | -w <nodes>, --membind= | -m <nodes>,\n"
	"  --preferred= | -p <node>, --preferred-many= | -P <nodes>, --localalloc | -l\n"
	"<nodes> and <cpus> are numbers and ranges, such as 0,2-3, or all; ! in front inverts them,\n"
	"+ in front counts within the cpuset. Nodes can be same, those named last, or that of a device:\n"
	"  netdev:DEV, file:PATH, ip:HOST, block:PATH, pci:[seg:]bus:dev[:func]\n"
	"<size> is in bytes, or with k, m or g behind it\n";

static int usage(void)
{
	fflush(stdout);
	fputs(usage_text, stderr);
	return NUMACTL_FAILED;
}

/* numactl ends this line on its other stream. */
static int wrong(const char *text)
{
	fprintf(stderr, "numactl: %s", text);
	putchar('\n');
	return usage();
}

/* As perror() does. */
static int failed(const char *what, int err)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", what, strerror(-err));
	return NUMACTL_FAILED;
}

/* What numactl was doing when the kernel refused it. */
static const char *doing(int c)
{
	switch (c) {
	case 'i':
		return "setting interleave mask";
	case 'w':
		return "setting weighted interleave mask";
	case 'm':
		return "setting membind";
	case 'l':
		return "local allocation";
	case 'p':
	case 'P':
		return "setting preferred node";
	default:
		return "sched_setaffinity";
	}
}

static bool is_memory_option(int c)
{
	return strchr("iwmlpP", c);
}

/* Refusals that numactl has its own words for; -1: none. */
static int refuse_early(const struct run_options *run, int c)
{
	bool has_policy = run->policy.memory != POLICY_MEMORY_ANY;

	if (has_policy && is_memory_option(c))
		return wrong("Conflicting policies");
	if (has_policy && strchr("bHSf", c))
		return wrong("specify policy after --shm/--file");
	if (c == 'a' && (run->policy.cpus || run->policy.nodes))
		return wrong(all_is_late);
	if (strchr("iwmpPNc", c) && !strcmp(optarg, "same") &&
	    !run->policy.last)
		return wrong("same needs previous node specification");
	if (strchr("iwmpPNcl", c) && numa_available() < 0) {
		fputs("numactl: This system does not support NUMA policy\n",
		      stderr);
		return NUMACTL_FAILED;
	}
	return -1;
}

/* Nodes or CPUs that make no sense. */
static int say_invalid(const char *argument)
{
	if (policy_warning())
		fprintf(stderr, "libnuma: Warning: %s\n\n", policy_warning());
	printf("<%s> is invalid\n", argument);
	return usage();
}

static int complain(int c, const char *argument, int err, const char *why)
{
	bool parsed = argument && run_is_policy_option(c);

	if (parsed && err == -EINVAL && (c != 'p' || policy_warning()))
		return say_invalid(argument);
	if (parsed && c == 'p' && err == -EINVAL)
		return usage();
	fprintf(stderr, "numactl: %s\n", why ? why : "out of memory");
	putchar('\n');
	return err == -EINVAL ? usage() : NUMACTL_FAILED;
}

/* numactl does at once what an option asks for: --show then shows it. */
static int apply(const struct run_options *run, int c)
{
	char *why;
	int err;

	if (run->shm.attached || !run_is_policy_option(c) || c == 'a' ||
	    c == 'b')
		return -1;
	/* To interleave over no nodes is the default to numactl. */
	if (c == 'i' && !numa_bitmask_weight(run->policy.nodes))
		return -1;
	err = policy_apply(&run->policy, &why);
	free(why);
	if (!err)
		return -1;
	if (is_memory_option(c))
		failed("set_mempolicy", err);
	return failed(doing(c), err);
}

static int hardware(void)
{
	struct topology topology;

	if (numa_available() < 0 || topology_read("", &topology)) {
		puts("No NUMA available on this system");
		return NUMACTL_FAILED;
	}
	hardware_text_print(&topology);
	topology_free(&topology);
	return 0;
}

/* -1 to go on, else the exit code. */
static int take(struct run_options *run, int c)
{
	int code = refuse_early(run, c), err;
	char *why;

	if (code >= 0)
		return code;
	if (c == '?')
		return usage();
	if (c == 's')
		return policy_show() ? NUMACTL_FAILED : 0;
	if (c == 'H')
		return hardware();
	err = run_take_option(run, c, optarg, &why);
	if (!err)
		return apply(run, c);
	code = complain(c, optarg, err, why);
	free(why);
	return code;
}

static int execute(const struct run_options *run, char **argv)
{
	if (run->strict)
		fputs("numactl: warning. Strict flag for process ignored.\n",
		      stderr);
	if (run->shm_option) {
		fprintf(stderr, "numactl: shm related option %s for process",
			run->shm_option);
		putchar('\n');
		return usage();
	}
	if (!*argv)
		return usage();
	fflush(stdout);
	execvp(*argv, argv);
	fprintf(stderr, "numactl: execution of `%s': %s\n", *argv,
		strerror(errno));
	putchar('\n');
	return NUMACTL_FAILED;
}

static void add_options(struct option *all, const struct option *some)
{
	size_t count = 0;

	while (all[count].name)
		count++;
	for (; some->name && count < MAX_OPTIONS - 1; some++)
		all[count++] = *some;
}

int numactl_main(int argc, char **argv)
{
	struct run_options run = { .program = "numactl" };
	struct option all[MAX_OPTIONS] = { 0 };
	int c, code;

	add_options(all, policy_options);
	add_options(all, run_shm_options);
	add_options(all, own_options);
	while ((c = getopt_long(argc, argv, LETTERS, all, NULL)) != -1) {
		code = take(&run, c);
		if (code >= 0)
			return code;
	}
	if (!run.shm.attached)
		return execute(&run, argv + optind);
	if (argv[optind])
		return usage();
	return run.wrong ? NUMACTL_FAILED : 0;
}
