// SPDX-License-Identifier: GPL-2.0
#include "report_samples.h"

#include <stdlib.h>
#include <string.h>

struct report_sample *report_add_sample(struct report_samples *samples)
{
	struct report_sample *grown;

	grown = report_grow(samples->sample, samples->count, sizeof(*grown));
	if (!grown)
		return NULL;
	samples->sample = grown;
	return &grown[samples->count++];
}

struct report_finding *report_add_finding(struct report_findings *findings)
{
	struct report_finding *grown;

	grown = report_grow(findings->finding, findings->count, sizeof(*grown));
	if (!grown)
		return NULL;
	findings->finding = grown;
	return &grown[findings->count++];
}

bool report_sample_complete(const struct report_sample *sample)
{
	return sample->received == sample->messages;
}

/* False if something is there twice: it is then no sample of the module. */
static bool finish(struct report_sample *sample)
{
	return report_sort_nodes(&sample->nodes) &&
	       report_sort_matrix(&sample->access) &&
	       report_sort_matrix(&sample->migration);
}

void report_finish_samples(struct report_samples *samples)
{
	size_t kept = 0;

	for (size_t i = 0; i < samples->count; i++) {
		struct report_sample *sample = &samples->sample[i];

		if (!report_sample_complete(sample) || !finish(sample)) {
			report_free_sample(sample);
			samples->dropped++;
			continue;
		}
		samples->sample[kept++] = *sample;
	}
	samples->count = kept;
}

/* The highest number of a list such as 0-3,8. */
static unsigned long last_of(const char *list)
{
	const char *end = list + strlen(list);

	while (end > list && end[-1] >= '0' && end[-1] <= '9')
		end--;
	return strtoul(end, NULL, 10);
}

bool report_samples_have_matrices(const struct report_info *info)
{
	return last_of(info->nodes_possible) < REPORT_MATRIX_NODES;
}

void report_free_sample(struct report_sample *sample)
{
	report_free_nodes(&sample->nodes);
	report_free_matrix(&sample->access);
	report_free_matrix(&sample->migration);
	report_free_cgroups(&sample->cgroups);
	*sample = (struct report_sample){ 0 };
}

void report_free_samples(struct report_samples *samples)
{
	for (size_t i = 0; i < samples->count; i++)
		report_free_sample(&samples->sample[i]);
	free(samples->sample);
	*samples = (struct report_samples){ 0 };
}

void report_free_findings(struct report_findings *findings)
{
	free(findings->finding);
	*findings = (struct report_findings){ 0 };
}
