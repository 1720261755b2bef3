// SPDX-License-Identifier: GPL-2.0
/*
 * Samples and findings, which are put together from many messages. The first
 * byte chooses a dump or what is told unasked; then each message has two bytes
 * of length in front and no header of netlink, which libnl has checked.
 */
#include "fuzz.h"

#include <errno.h>

#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "metrics.h"
#include "monitor.h"
#include "reply.h"
#include "series.h"

struct state {
	struct report_samples samples;
	struct report_findings findings;
	struct monitor_parts parts;
};

static int dump(struct state *state, struct nlmsghdr *message)
{
	return reply_sample(message, &state->samples);
}

static int findings(struct state *state, struct nlmsghdr *message)
{
	return reply_finding(message, &state->findings);
}

static int told(struct state *state, struct nlmsghdr *message)
{
	struct monitor_event event;
	int err = monitor_take(&state->parts, message, &event);

	assert(!err || event.kind == MONITOR_NOTHING);
	assert(state->parts.samples.count <= 1);
	report_free_sample(&event.sample);
	return err;
}

static int (*const parsers[])(struct state *, struct nlmsghdr *) = {
	dump,
	findings,
	told,
};

#define PARSERS (sizeof(parsers) / sizeof(*parsers))

/* A message lies in memory of exactly its size. */
static void feed(struct state *state, size_t parser, const uint8_t *data,
		 size_t length)
{
	struct nlmsghdr *message = calloc(1, NLMSG_HDRLEN + length);
	int err;

	assert(message);
	message->nlmsg_len = NLMSG_HDRLEN + length;
	memcpy(nlmsg_data(message), data, length);
	err = parsers[parser](state, message);
	assert(!err || err == -EBADMSG);
	free(message);
}

static void use(const struct report_sample *now,
		const struct report_sample *before)
{
	static const struct metric_machine machine = { .migrations = true };
	struct report_sample growth = { 0 };
	double value;

	assert(!metric_growth(&growth, now, before));
	for (const struct metric *metric = metrics; metric->name; metric++) {
		metric_value(metric, &machine, &growth, REPORT_ALL_NODES,
			     &value);
		metric_value(metric, &machine, &growth, 1, &value);
	}
	report_free_sample(&growth);
}

static void draw(const struct report_samples *samples)
{
	struct series series = {
		.count = samples->count,
		.point = calloc(samples->count + 1, sizeof(*series.point)),
	};
	struct series_summary summary;
	int level[20];

	assert(series.point);
	for (size_t i = 0; i < samples->count; i++) {
		const struct report_sample *sample = &samples->sample[i];

		series.point[i] = (struct series_point){
			.timestamp = sample->timestamp,
			.elapsed = sample->interval,
			.defined = sample->sequence % 3,
			.value = (double)sample->generation,
		};
	}
	assert(!series_summarise(&series, &summary));
	series_levels(&series, summary.min, summary.max, level, 20);
	for (int i = 0; i < 20; i++)
		assert(level[i] >= SERIES_NOTHING && level[i] < SERIES_LEVELS);
	free(series.point);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state state = { 0 };
	size_t at = 1, parser;

	if (!size)
		return 0;
	parser = data[0] % PARSERS;
	while (size - at >= 2) {
		size_t length = data[at] | data[at + 1] << 8;

		at += 2;
		if (length > size - at)
			length = size - at;
		feed(&state, parser, data + at, length);
		at += length;
	}
	report_finish_samples(&state.samples);
	for (size_t i = 0; i < state.samples.count; i++)
		use(&state.samples.sample[i],
		    i ? &state.samples.sample[i - 1] : NULL);
	draw(&state.samples);
	report_free_samples(&state.samples);
	report_free_findings(&state.findings);
	monitor_free_parts(&state.parts);
	return 0;
}
