// SPDX-License-Identifier: GPL-2.0
#include "run_options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "why.h"

static const char no_cpus[] =
	"shared memory has no CPUs: no --cpunodebind or --physcpubind with it";
static const char comes_before[] =
	"--offset, --length, --shmmode and --huge come before --shm or --file";
static const char comes_after[] =
	"--touch, --verify, --dump and --dump-nodes come after --shm or --file";

const struct option run_shm_options[] = {
	{ "shm", required_argument, NULL, 'S' },
	{ "file", required_argument, NULL, 'f' },
	{ "offset", required_argument, NULL, 'o' },
	{ "length", required_argument, NULL, 'L' },
	{ "strict", no_argument, NULL, 't' },
	{ "shmmode", required_argument, NULL, 'M' },
	{ "dump", no_argument, NULL, 'd' },
	{ "dump-nodes", no_argument, NULL, 'D' },
	{ "shmid", required_argument, NULL, 'I' },
	{ "huge", no_argument, NULL, 'u' },
	{ "touch", no_argument, NULL, 'T' },
	{ "verify", no_argument, NULL, 'V' },
	{ 0 },
};

bool run_is_policy_option(int c)
{
	const struct option *option = policy_options;

	while (option->name && option->val != c)
		option++;
	return option->name;
}

static bool is_cpu_option(int c)
{
	return c == 'N' || c == 'c' || c == 'C';
}

static int take_policy(struct run_options *run, int c, const char *argument,
		       char **why)
{
	int err;

	if (is_cpu_option(c) && (run->shm.attached || run->shm_option))
		return why_not(why, -EINVAL, no_cpus);
	err = policy_set(&run->policy, c, argument, why);
	if (err || !run->shm.attached ||
	    run->policy.memory == POLICY_MEMORY_ANY)
		return err;
	err = policy_check(&run->policy, why);
	return err ? err : shm_apply(&run->shm, &run->policy, run->strict, why);
}

static int attach(struct run_options *run, int c, const char *name, char **why)
{
	if (run->policy.cpus)
		return why_not(why, -EINVAL, no_cpus);
	if (run->policy.memory != POLICY_MEMORY_ANY)
		return why_not(why, -EINVAL,
			       "the policy comes after --shm or --file");
	if (run->shm.attached)
		return why_not(why, -EINVAL, "one --shm or --file at a time");
	return c == 'S' ? shm_attach_segment(&run->shm, run->program, name, why)
			: shm_attach_file(&run->shm, run->program, name, why);
}

static int take_size(const char *name, const char *argument, uint64_t *size,
		     char **why)
{
	return shm_parse_size(argument, size)
		       ? 0
		       : why_not(why, -EINVAL,
				 "%s: not a size such as 4096, 64k, 20m or 1g: %s",
				 name, argument);
}

static int take_number(const char *name, const char *argument, int base,
		       unsigned long most, unsigned long *number, char **why)
{
	char *end;

	errno = 0;
	*number = strtoul(argument, &end, base);
	if (!errno && end != argument && !*end && *number <= most)
		return 0;
	return why_not(why, -EINVAL, "%s: not such a number: %s", name,
		       argument);
}

/* Those that come before the shared memory that they are about. */
static int take_before(struct run_options *run, int c, const char *argument,
		       char **why)
{
	unsigned long number = 0;
	int err = 0;

	if (run->shm.attached && c != 'I')
		return why_not(why, -EINVAL, comes_before);
	switch (c) {
	case 'o':
		run->shm_option = "--offset";
		return take_size("--offset", argument, &run->shm.offset, why);
	case 'L':
		run->shm_option = "--length";
		return take_size("--length", argument, &run->shm.length, why);
	case 'M':
		run->shm_option = "--shmmode";
		err = take_number("--shmmode", argument, 8, 07777, &number,
				  why);
		run->shm.mode = (mode_t)number;
		break;
	case 'I':
		err = take_number("--shmid", argument, 0, INT_MAX, &number,
				  why);
		run->shm.id = (int)number;
		break;
	case 'u':
		run->shm_option = "--huge";
		run->shm.huge = true;
		break;
	}
	return err;
}

static int check_pages(struct run_options *run, char **why)
{
	if (run->policy.memory == POLICY_MEMORY_ANY)
		return why_not(why, -EINVAL, "no policy comes before --verify");
	shm_touch(&run->shm);
	return shm_verify(&run->shm, run->program, &run->policy, &run->wrong,
			  why);
}

/* Those that come behind it. */
static int take_behind(struct run_options *run, int c, char **why)
{
	if (!run->shm.attached)
		return why_not(why, -EINVAL, comes_after);
	switch (c) {
	case 'T':
		shm_touch(&run->shm);
		return 0;
	case 'V':
		return check_pages(run, why);
	case 'd':
		return shm_dump(&run->shm, why);
	default:
		return shm_dump_nodes(&run->shm, why);
	}
}

int run_take_option(struct run_options *run, int c, const char *argument,
		    char **why)
{
	*why = NULL;
	if (run_is_policy_option(c))
		return take_policy(run, c, argument, why);
	switch (c) {
	case 'S':
	case 'f':
		return attach(run, c, argument, why);
	case 't':
		run->strict = true;
		return 0;
	case 'o':
	case 'L':
	case 'M':
	case 'I':
	case 'u':
		return take_before(run, c, argument, why);
	default:
		return take_behind(run, c, why);
	}
}
