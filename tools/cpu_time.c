// SPDX-License-Identifier: GPL-2.0
#include "cpu_time.h"

#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* user nice system idle iowait irq softirq steal; a guest's are in user. */
#define FIELDS 8
#define IDLE 3
#define WAITING 4

/* Fields 3 to 15 of /proc/PID/stat. */
#define FORMAT ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu"

static bool parse_line(const char *line, struct cpu_time *time)
{
	char *end;

	*time = (struct cpu_time){ 0 };
	if (strncmp(line, "cpu", 3) || line[3] < '0' || line[3] > '9')
		return false;
	time->cpu = strtoul(line + 3, &end, 10);
	for (int i = 0; i < FIELDS; i++) {
		uint64_t ticks = strtoull(end, &end, 10);

		time->all += ticks;
		if (i == IDLE || i == WAITING)
			time->idle += ticks;
	}
	return true;
}

static int add(struct cpu_times *times, const struct cpu_time *time)
{
	struct cpu_time *grown;

	grown = reallocarray(times->cpu, times->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	times->cpu = grown;
	grown[times->count++] = *time;
	return 0;
}

int cpu_times_parse(const char *text, struct cpu_times *times)
{
	struct cpu_time time;
	int err = 0;

	*times = (struct cpu_times){ 0 };
	while (!err && *text) {
		if (parse_line(text, &time))
			err = add(times, &time);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	if (err)
		cpu_times_free(times);
	return err;
}

int cpu_times_read(struct cpu_times *times)
{
	char *text = file_read("/proc/stat");
	int err = text ? cpu_times_parse(text, times) : -errno;

	if (!text)
		*times = (struct cpu_times){ 0 };
	free(text);
	return err;
}

void cpu_times_free(struct cpu_times *times)
{
	free(times->cpu);
	*times = (struct cpu_times){ 0 };
}

static const struct cpu_time *find(const struct cpu_times *times,
				   unsigned int cpu)
{
	for (size_t i = 0; i < times->count; i++)
		if (times->cpu[i].cpu == cpu)
			return &times->cpu[i];
	return NULL;
}

/* The kernel admits that the time of waiting may go back. */
static bool idle_share(const struct cpu_time *now,
		       const struct cpu_time *before, double *share)
{
	if (!now || !before || now->all <= before->all)
		return false;
	*share = now->idle <= before->idle
			 ? 0
			 : (double)(now->idle - before->idle) /
				   (double)(now->all - before->all);
	if (*share > 1)
		*share = 1;
	return true;
}

double cpu_times_idle(const struct cpu_times *now,
		      const struct cpu_times *before,
		      const struct topology_node *node)
{
	double sum = 0, share;

	for (size_t i = 0; i < node->cpu_count; i++) {
		unsigned int cpu = node->cpus[i];

		if (!idle_share(find(now, cpu), find(before, cpu), &share))
			return -1;
		sum += share;
	}
	return sum;
}

/* A name can hold blanks and parentheses; the last one is its end. */
bool cpu_time_parse_process(const char *text, uint64_t *ticks)
{
	const char *end = strrchr(text, ')');
	unsigned long long user, kernel;

	if (!end || sscanf(end, FORMAT, &user, &kernel) != 2)
		return false;
	*ticks = user + kernel;
	return true;
}

bool cpu_time_process(pid_t pid, uint64_t *ticks)
{
	char path[64], *text;
	bool known;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	text = file_read(path);
	known = text && cpu_time_parse_process(text, ticks);
	free(text);
	return known;
}
