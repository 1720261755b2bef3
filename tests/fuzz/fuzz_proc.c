// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/status, stat and cgroup, and /proc/stat: a process chooses its name,
 * and whoever may make a cgroup chooses its path.
 */
#include "fuzz.h"

#include "cpu_time.h"
#include "proc.h"
#include "process_list.h"

static void check_list(const char *text)
{
	struct listed_process process;

	if (!process_list_parse(text, &process))
		return;
	assert(process.comm && strstr(text, process.comm));
	free(process.comm);
}

static void check_times(const char *text)
{
	struct cpu_times times;
	uint64_t ticks;

	cpu_time_parse_process(text, &ticks);
	assert(!cpu_times_parse(text, &times));
	cpu_times_free(&times);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *cgroup;
	struct proc proc = { 0 };
	uint64_t start;
	uint32_t cpu;

	if (proc_parse_status(text, &proc))
		assert(proc.comm && proc.cpus);
	proc_free(&proc);
	proc_parse_stat(text, &cpu);
	proc_parse_start(text, &start);
	check_list(text);
	check_times(text);
	cgroup = proc_parse_cgroup(text);
	assert(!cgroup || strstr(text, cgroup));
	free(cgroup);
	free(text);
	return 0;
}
