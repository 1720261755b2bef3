// SPDX-License-Identifier: GPL-2.0
#include "findings.h"

#include <stdio.h>
#include <stdlib.h>

#include <linux/numatrace.h>

#define KINDS (NUMATRACE_FINDING_KIND_ALLOCATION_MISSES + 1)

static const char *const words[KINDS] = {
	[NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE] = "memory-imbalance",
	[NUMATRACE_FINDING_KIND_CPU_IMBALANCE] = "cpu-imbalance",
	[NUMATRACE_FINDING_KIND_LOW_LOCALITY] = "low-locality",
	[NUMATRACE_FINDING_KIND_MIGRATION_FAILURES] = "migration-failures",
	[NUMATRACE_FINDING_KIND_PING_PONG] = "ping-pong",
	[NUMATRACE_FINDING_KIND_FIRST_TOUCH] = "first-touch",
	[NUMATRACE_FINDING_KIND_NODE_FULL] = "node-full",
	[NUMATRACE_FINDING_KIND_ALLOCATION_MISSES] = "allocation-misses",
};

const unsigned int finding_kinds = KINDS;

const char *finding_kind_word(uint32_t kind)
{
	return kind < KINDS ? words[kind] : "unknown";
}

const char *finding_severity_word(uint32_t severity)
{
	switch (severity) {
	case NUMATRACE_FINDING_SEVERITY_NOTICE:
		return "notice";
	case NUMATRACE_FINDING_SEVERITY_WARNING:
		return "warning";
	default:
		return "unknown";
	}
}

/* As asprintf(3). */
#define say(text, ...) asprintf(text, __VA_ARGS__)

static int write_what(char **text, const struct report_finding *finding)
{
	const double percent = finding_ratio(finding->value) * 100;
	const unsigned int node = finding->node, other = finding->other_node;

	switch (finding->kind) {
	case NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE:
		return say(text,
			   "node %u has %.1f points more of its memory in use than node %u",
			   node, percent, other);
	case NUMATRACE_FINDING_KIND_CPU_IMBALANCE:
		return say(text,
			   "the CPUs of node %u are busy %.1f points more of the time than those of node %u",
			   node, percent, other);
	case NUMATRACE_FINDING_KIND_LOW_LOCALITY:
		return say(text, "%.1f%% of the accesses are local", percent);
	case NUMATRACE_FINDING_KIND_MIGRATION_FAILURES:
		return say(text,
			   "%.1f%% of the pages that were to migrate could not",
			   percent);
	case NUMATRACE_FINDING_KIND_PING_PONG:
		return say(text,
			   "%.1f%% of the pages that migrated went back to where they had come from",
			   percent);
	case NUMATRACE_FINDING_KIND_FIRST_TOUCH:
		return say(text,
			   "%.1f%% of the accesses from other nodes go to node %u, whose memory several nodes use",
			   percent, node);
	case NUMATRACE_FINDING_KIND_NODE_FULL:
		return say(text,
			   "%.1f%% of the memory of node %u is free, and much more of node %u's",
			   percent, node, other);
	case NUMATRACE_FINDING_KIND_ALLOCATION_MISSES:
		return say(text,
			   "%.1f%% of the pages allocated on node %u were meant for another",
			   percent, node);
	default:
		return say(text,
			   "this version of numatrace does not know what that is");
	}
}

static int write_action(char **text, const struct report_finding *finding)
{
	const unsigned int node = finding->node, other = finding->other_node;

	switch (finding->kind) {
	case NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE:
		return say(text,
			   "see what it is with: numastat -m; start large programs with: numatrace run --interleave=all, or move one with: numatrace migrate <target> %u %u",
			   node, other);
	case NUMATRACE_FINDING_KIND_CPU_IMBALANCE:
		return say(text,
			   "see what keeps a process there with: numatrace show <pid>; move one with: numatrace bind --cpunodebind=%u --membind=%u <target>",
			   other, other);
	case NUMATRACE_FINDING_KIND_LOW_LOCALITY:
		return say(text,
			   "see whose they are with: numatrace ps; and where those processes should run with: numatrace advise");
	case NUMATRACE_FINDING_KIND_MIGRATION_FAILURES:
		return say(text,
			   "see for which reason with: numatrace cost; and whether a node lacks free memory with: numatrace nodes; pinned pages do not move, so bind their users to them: numatrace advise");
	case NUMATRACE_FINDING_KIND_PING_PONG:
		return say(text,
			   "bind a process and its memory to one node: numatrace advise; or see whether balancing is worth it: numatrace balancing --measure 30");
	case NUMATRACE_FINDING_KIND_FIRST_TOUCH:
		return say(text,
			   "have each thread initialise the memory that it uses, or start the program with: numatrace run --interleave=all; numatrace matrix access shows who accesses node %u",
			   node);
	case NUMATRACE_FINDING_KIND_NODE_FULL:
		return say(text,
			   "see what it is with: numastat -m; move a process with: numatrace migrate <target> %u %u, or start it with: numatrace run --preferred=%u",
			   node, other, other);
	case NUMATRACE_FINDING_KIND_ALLOCATION_MISSES:
		return say(text,
			   "the other nodes are full: see what it is with: numastat -m, or spread it with: numatrace run --interleave=all");
	default:
		return say(text,
			   "install the version of numatrace that belongs to the module");
	}
}

char *finding_what(const struct report_finding *finding)
{
	char *text;

	return write_what(&text, finding) < 0 ? NULL : text;
}

char *finding_action(const struct report_finding *finding)
{
	char *text;

	return write_action(&text, finding) < 0 ? NULL : text;
}

bool findings_warn(const struct report_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->finding[i].severity >=
		    NUMATRACE_FINDING_SEVERITY_WARNING)
			return true;
	return false;
}
