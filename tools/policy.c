// SPDX-License-Identifier: GPL-2.0
#include "policy.h"

#include "notes.h"

#include <errno.h>
#include <numaif.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

static const char blocked[] =
	"memory policies are blocked here (%s), as by seccomp in a container without CAP_SYS_NICE";
static const char no_list[] =
	"--%s=%s: not a list of %s such as 0,2-3, !1, +0 or all";
static const char no_memory[] =
	"none of the nodes of --%s has memory for us; we may use that of %s";
static const char exclusive[] =
	"--%s and --%s exclude each other, or are one too many";
static const char one_node[] =
	"--preferred=%s: it takes one node; --preferred-many takes several";
static const char all_first[] =
	"--all has to come before the nodes and CPUs it is meant for";
static const char no_cpu[] =
	"there is no CPU to run on: the nodes have none, or the list is empty";
static const char nothing_asked[] =
	"neither CPUs nor memory: this policy asks for nothing";

const struct option policy_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "balancing", no_argument, NULL, 'b' },
	{ "interleave", required_argument, NULL, 'i' },
	{ "weighted-interleave", required_argument, NULL, 'w' },
	{ "membind", required_argument, NULL, 'm' },
	{ "localalloc", no_argument, NULL, 'l' },
	{ "preferred", required_argument, NULL, 'p' },
	{ "preferred-many", required_argument, NULL, 'P' },
	{ "cpunodebind", required_argument, NULL, 'N' },
	{ "cpubind", required_argument, NULL, 'c' },
	{ "physcpubind", required_argument, NULL, 'C' },
	{ 0 },
};

const char policy_help[] = POLICY_HELP;

/**
 * struct kind - a way to place memory
 * @letter: of its option
 * @name: of its option
 * @mode: for the kernel
 * @since: version of the kernel that has it, if it is not an old one
 */
struct kind {
	int letter;
	const char *name;
	int mode;
	const char *since;
};

static const struct kind kinds[] = {
	[POLICY_MEMORY_LOCAL] = {
		.letter = 'l',
		.name = "localalloc",
		.mode = MPOL_LOCAL,
	},
	[POLICY_MEMORY_BIND] = {
		.letter = 'm',
		.name = "membind",
		.mode = MPOL_BIND,
	},
	[POLICY_MEMORY_INTERLEAVE] = {
		.letter = 'i',
		.name = "interleave",
		.mode = MPOL_INTERLEAVE,
	},
	[POLICY_MEMORY_WEIGHTED_INTERLEAVE] = {
		.letter = 'w',
		.name = "weighted-interleave",
		.mode = POLICY_MODE_WEIGHTED_INTERLEAVE,
		.since = "6.9",
	},
	[POLICY_MEMORY_PREFERRED] = {
		.letter = 'p',
		.name = "preferred",
		.mode = MPOL_PREFERRED,
	},
	[POLICY_MEMORY_PREFERRED_MANY] = {
		.letter = 'P',
		.name = "preferred-many",
		.mode = MPOL_PREFERRED_MANY,
		.since = "5.15",
	},
};

#define KINDS (sizeof(kinds) / sizeof(*kinds))

/* Where the words of libnuma go while we listen, on this thread. */
static __thread bool listening;
static __thread char *heard;

/* Takes the place of libnuma's own, which prints each warning only once. */
void numa_warn(int num, char *format, ...)
{
	int err = errno;
	char *text;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	if (!listening && text)
		pr_notice("libnuma: %s", text);
	/* The first says what is wrong. */
	if (listening && !heard)
		heard = text;
	else
		free(text);
	errno = err;
}

static void forget(void)
{
	free(heard);
	heard = NULL;
}

static void listen_to_libnuma(void)
{
	forget();
	listening = true;
}

const char *policy_warning(void)
{
	return heard;
}

static const char *name_of(int c)
{
	const struct option *option = policy_options;

	while (option->name && option->val != c)
		option++;
	return option->name ? option->name : "?";
}

char *policy_list(const struct bitmask *mask)
{
	const char *comma = "";
	char *list = NULL;
	size_t length;
	FILE *stream = open_memstream(&list, &length);

	if (!stream)
		return NULL;
	for (unsigned long i = 0; i < mask->size; i++) {
		unsigned long first = i;

		if (!numa_bitmask_isbitset(mask, i))
			continue;
		while (numa_bitmask_isbitset(mask, i + 1))
			i++;
		fprintf(stream, i > first ? "%s%lu-%lu" : "%s%lu", comma, first,
			i);
		comma = ",";
	}
	if (fclose(stream)) {
		free(list);
		return NULL;
	}
	return list;
}

static int say_blocked(int err, char **why)
{
	return why_not(why, err, blocked, strerror(-err));
}

static int check_numa(char **why)
{
	if (numa_available() >= 0)
		return 0;
	return errno == EPERM ? say_blocked(-EPERM, why)
			      : why_not(why, -EOPNOTSUPP,
					"this kernel has no NUMA support: %s",
					strerror(errno));
}

/* What libnuma said, or where it said nothing what it takes. */
static int say_unparsable(int c, const char *argument, bool nodes, char **why)
{
	const struct bitmask *allowed =
		nodes ? numa_all_nodes_ptr : numa_all_cpus_ptr;
	char *list = policy_list(allowed);
	int err;

	if (!list)
		return -ENOMEM;
	if (heard)
		err = why_not(why, -EINVAL, "--%s=%s: %s; allowed are %s",
			      name_of(c), argument, heard, list);
	else
		err = why_not(why, -EINVAL, no_list, name_of(c), argument,
			      nodes ? "nodes" : "CPUs");
	free(list);
	return err;
}

/* Nodes, or those that were named before as "same". */
static int parse_nodes(struct policy *policy, int c, const char *argument,
		       struct bitmask **nodes, char **why)
{
	bool same = !strcmp(argument, "same");
	char *last = NULL;
	int err = check_numa(why);

	if (err)
		return err;
	if (same && !policy->last)
		return why_not(why, -EINVAL,
			       "--%s=same: no option before it names nodes",
			       name_of(c));
	last = strdup(same ? policy->last : argument);
	if (!last)
		return -ENOMEM;
	free(policy->last);
	policy->last = last;
	listen_to_libnuma();
	*nodes = policy->all ? numa_parse_nodestring_all(last)
			     : numa_parse_nodestring(last);
	listening = false;
	return *nodes ? 0 : say_unparsable(c, argument, true, why);
}

static struct bitmask *cpus_of_nodes(const struct bitmask *nodes)
{
	struct bitmask *all = numa_allocate_cpumask();
	struct bitmask *some = numa_allocate_cpumask();

	/* It remembers them, but CPUs come and go. */
	numa_node_to_cpu_update();
	listen_to_libnuma();
	for (unsigned int node = 0; node < nodes->size; node++) {
		if (!numa_bitmask_isbitset(nodes, node) ||
		    numa_node_to_cpus((int)node, some))
			continue;
		for (unsigned int cpu = 0; cpu < some->size; cpu++)
			if (numa_bitmask_isbitset(some, cpu))
				numa_bitmask_setbit(all, cpu);
	}
	listening = false;
	numa_bitmask_free(some);
	return all;
}

/* As with numactl, the last of several holds. */
static int set_cpus(struct policy *policy, struct bitmask *cpus)
{
	if (policy->cpus)
		numa_bitmask_free(policy->cpus);
	policy->cpus = cpus;
	return 0;
}

static int set_cpu_nodes(struct policy *policy, int c, const char *argument,
			 char **why)
{
	struct bitmask *nodes;
	int err = parse_nodes(policy, c, argument, &nodes, why);

	if (err)
		return err;
	set_cpus(policy, cpus_of_nodes(nodes));
	numa_bitmask_free(nodes);
	return 0;
}

static int set_physical(struct policy *policy, const char *argument, char **why)
{
	struct bitmask *cpus;

	listen_to_libnuma();
	cpus = policy->all ? numa_parse_cpustring_all(argument)
			   : numa_parse_cpustring(argument);
	listening = false;
	return cpus ? set_cpus(policy, cpus)
		    : say_unparsable('C', argument, false, why);
}

static int set_memory(struct policy *policy, enum policy_memory memory, int c,
		      const char *argument, char **why)
{
	struct bitmask *nodes = NULL;
	int err = 0;

	if (policy->memory != POLICY_MEMORY_ANY)
		return why_not(why, -EINVAL, exclusive,
			       kinds[policy->memory].name, kinds[memory].name);
	if (memory == POLICY_MEMORY_LOCAL)
		err = check_numa(why);
	else
		err = parse_nodes(policy, c, argument, &nodes, why);
	if (err)
		return err;
	if (memory == POLICY_MEMORY_PREFERRED &&
	    numa_bitmask_weight(nodes) != 1) {
		numa_bitmask_free(nodes);
		return why_not(why, -EINVAL, one_node, argument);
	}
	policy->memory = memory;
	policy->nodes = nodes;
	return 0;
}

static int set_all(struct policy *policy, char **why)
{
	if (policy->cpus || policy->nodes)
		return why_not(why, -EINVAL, all_first);
	policy->all = true;
	return 0;
}

int policy_set(struct policy *policy, int c, const char *argument, char **why)
{
	forget();
	*why = NULL;
	switch (c) {
	case 'a':
		return set_all(policy, why);
	case 'b':
		policy->balancing = true;
		return 0;
	case 'N':
	case 'c':
		return set_cpu_nodes(policy, c, argument, why);
	case 'C':
		return set_physical(policy, argument, why);
	}
	for (size_t i = 1; i < KINDS; i++)
		if (kinds[i].letter == c)
			return set_memory(policy, (enum policy_memory)i, c,
					  argument, why);
	return why_not(why, -EINVAL, "there is no such option");
}

/*
 * Whether the kernel knows a mode: it looks at it before it finds that there
 * is nothing to do. 0 or a negative errno.
 */
static int try_mode(int mode)
{
	return mbind(NULL, 0, mode, NULL, 0, 0) ? -errno : 0;
}

int policy_mode(const struct policy *policy)
{
	int mode = kinds[policy->memory].mode;

	return policy_balances(policy) ? mode | MPOL_F_NUMA_BALANCING : mode;
}

bool policy_balances(const struct policy *policy)
{
	if (!policy->balancing)
		return false;
	/* Linux 6.10 takes it for the second, too. */
	return policy->memory == POLICY_MEMORY_BIND ||
	       (policy->memory == POLICY_MEMORY_PREFERRED_MANY &&
		!try_mode(MPOL_PREFERRED_MANY | MPOL_F_NUMA_BALANCING));
}

static int check_mode(const struct policy *policy, char **why)
{
	const struct kind *kind = &kinds[policy->memory];
	int err = try_mode(policy_mode(policy));

	if (!err)
		return 0;
	if (err != -EINVAL)
		return say_blocked(err, why);
	return why_not(why, -EOPNOTSUPP, "this kernel does not have --%s%s%s%s",
		       kind->name,
		       policy_balances(policy) ? " --balancing" : "",
		       kind->since ? ": it came with Linux " : "",
		       kind->since ? kind->since : "");
}

int policy_check(const struct policy *policy, char **why)
{
	*why = NULL;
	if (policy->cpus && !numa_bitmask_weight(policy->cpus))
		return why_not(why, -EINVAL, no_cpu);
	if (policy->nodes && !numa_bitmask_weight(policy->nodes))
		return why_not(why, -EINVAL, "--%s names no node",
			       kinds[policy->memory].name);
	return policy->memory == POLICY_MEMORY_ANY ? 0
						   : check_mode(policy, why);
}

bool policy_is_empty(const struct policy *policy)
{
	return !policy->cpus && policy->memory == POLICY_MEMORY_ANY;
}

/* An option by its name, or by its letter; @length is that of @word. */
static const struct option *find_option(const char *word, size_t length)
{
	const struct option *option = policy_options;

	for (; option->name; option++)
		if ((strlen(option->name) == length &&
		     !strncmp(option->name, word, length)) ||
		    (length == 1 && option->val == *word))
			return option;
	return NULL;
}

/* One word, and the next where it has the argument; both are in @rest. */
static int parse_word(struct policy *policy, char *word, char **rest,
		      char **why)
{
	const struct option *option;
	char *argument = strchr(word, '=');

	word += strspn(word, "-");
	option = find_option(word, strcspn(word, "="));
	if (!option)
		return why_not(why, -EINVAL, "not an option for a policy: %s",
			       word);
	if (argument)
		argument++;
	else if (option->has_arg)
		argument = strtok_r(NULL, " \t\n", rest);
	if (option->has_arg && !argument)
		return why_not(why, -EINVAL, "--%s: which?", option->name);
	if (!option->has_arg && argument)
		return why_not(why, -EINVAL, "--%s takes no value",
			       option->name);
	return policy_set(policy, option->val, argument, why);
}

int policy_parse(const char *text, struct policy *policy, char **why)
{
	char *copy = strdup(text), *word, *rest;
	int err = copy ? 0 : -ENOMEM;

	*policy = (struct policy){ 0 };
	*why = NULL;
	word = copy ? strtok_r(copy, " \t\n", &rest) : NULL;
	while (word && !err) {
		err = parse_word(policy, word, &rest, why);
		word = strtok_r(NULL, " \t\n", &rest);
	}
	free(copy);
	if (!err && policy_is_empty(policy))
		err = why_not(why, -EINVAL, nothing_asked);
	if (!err)
		err = policy_check(policy, why);
	if (err)
		policy_free(policy);
	return err;
}

/* " --name=list" */
static bool put_list(FILE *stream, const char *name, const struct bitmask *mask)
{
	char *list = policy_list(mask);
	bool done = list && fprintf(stream, " --%s=%s", name, list) > 0;

	free(list);
	return done;
}

char *policy_text(const struct policy *policy)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);
	bool done = true;

	if (!stream)
		return NULL;
	/* The first of all, and each begins with a blank. */
	if (policy->all)
		fputs(" --all", stream);
	if (policy->cpus)
		done = put_list(stream, "physcpubind", policy->cpus);
	if (policy->nodes)
		done &= put_list(stream, kinds[policy->memory].name,
				 policy->nodes);
	else if (policy->memory != POLICY_MEMORY_ANY)
		fprintf(stream, " --%s", kinds[policy->memory].name);
	if (policy->balancing)
		fputs(" --balancing", stream);
	if (fclose(stream) || !done) {
		free(text);
		return NULL;
	}
	return length ? memmove(text, text + 1, length) : text;
}

static int say_cpus(const struct policy *policy, int err, char **why)
{
	char *list = policy_list(policy->cpus);

	if (!list)
		return -ENOMEM;
	err = why_not(why, err, "cannot run on CPUs %s: %s%s",
		      *list ? list : "(none)", strerror(-err),
		      err == -EINVAL
			      ? ": none of them is online and in our cpuset"
			      : "");
	free(list);
	return err;
}

static int say_memory(const struct policy *policy, int err, char **why)
{
	struct bitmask *allowed;
	char *list;

	if (err != -EINVAL && err != -ENOMEM)
		return say_blocked(err, why);
	if (err == -ENOMEM || !policy->nodes)
		return why_not(why, err, "cannot set the memory policy: %s",
			       strerror(-err));
	allowed = numa_get_mems_allowed();
	list = policy_list(allowed);
	numa_bitmask_free(allowed);
	if (!list)
		return -ENOMEM;
	err = why_not(why, err, no_memory, kinds[policy->memory].name, list);
	free(list);
	return err;
}

static int apply_memory(const struct policy *policy, char **why)
{
	const struct bitmask *nodes = policy->nodes;

	if (policy->memory == POLICY_MEMORY_ANY)
		return 0;
	/* The kernel takes off one. */
	if (set_mempolicy(policy_mode(policy), nodes ? nodes->maskp : NULL,
			  nodes ? nodes->size + 1 : 0))
		return say_memory(policy, -errno, why);
	return 0;
}

int policy_apply(const struct policy *policy, char **why)
{
	*why = NULL;
	if (policy->cpus && numa_sched_setaffinity(0, policy->cpus) < 0)
		return say_cpus(policy, -errno, why);
	return apply_memory(policy, why);
}

void policy_free(struct policy *policy)
{
	if (policy->cpus)
		numa_bitmask_free(policy->cpus);
	if (policy->nodes)
		numa_bitmask_free(policy->nodes);
	free(policy->last);
	*policy = (struct policy){ 0 };
}
