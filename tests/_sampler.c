// SPDX-License-Identifier: GPL-2.0
#include "_sampler.h"

#include "_knobs.h"
#include "_patience.h"
#include "_workload.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int sampler_stay(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	return sched_setaffinity(0, sizeof(one), &one);
}

int sampler_set_interval(struct client *client, uint64_t ms, uint64_t factor)
{
	struct report_config config = {
		.set = 1U << CONFIG_SAMPLE_INTERVAL_MS |
		       1U << CONFIG_SAMPLE_INTERVAL_MAX_MS |
		       1U << CONFIG_SAMPLE_BACKOFF,
	};

	config.value[CONFIG_SAMPLE_INTERVAL_MS] = ms;
	config.value[CONFIG_SAMPLE_INTERVAL_MAX_MS] = SAMPLER_SILENT;
	config.value[CONFIG_SAMPLE_BACKOFF] = factor;
	return client_set_config(client, &config);
}

int sampler_run(struct client *client)
{
	return sampler_set_interval(client, 100, 1);
}

/* One that was just being taken is there when that returns. */
int sampler_stop(struct client *client)
{
	return sampler_set_interval(client, SAMPLER_SILENT, 1);
}

uint64_t sampler_last(void)
{
	struct sampling sampling;

	return samples_info(&sampling) ? 0 : sampling.last;
}

/* Tests set the clock of the day. */
static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

int sampler_wait(uint64_t count)
{
	uint64_t goal = sampler_last() + count;
	time_t deadline = now() + PATIENCE + count;

	while (sampler_last() < goal) {
		if (now() > deadline)
			return -1;
		usleep(10000);
	}
	return 0;
}

int sampler_end_helper(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM ? 0 : status;
}

int sampler_join(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

int sampler_begin(struct sampler_lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	if (sampler_stay() || knob_write(KNOB_BALANCING, 1) ||
	    workload_fast_scan() || worker_find_nodes(&lab->nodes))
		return -1;
	lab->client = client_new();
	if (!lab->client || client_config(lab->client, &lab->config))
		return -1;
	worker_hide();
	return 0;
}

void sampler_end(struct sampler_lab *lab)
{
	knob_write(KNOB_BALANCING, 1);
	if (lab->client)
		client_set_config(lab->client, &lab->config);
	samples_free(&lab->samples);
	client_free(lab->client);
}
