// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts on where memory is.
 */
#include "verdict_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* An estimate that may be off by more is no finding. */
#define VAGUE 0.05

static const struct residency_node *main_node(const struct residency *residency)
{
	const struct residency_node *largest = NULL;

	for (size_t i = 0; i < residency->count; i++)
		if (!largest || residency->node[i].bytes > largest->bytes)
			largest = &residency->node[i];
	return largest;
}

/* "60 % on node 0, 40 % on node 1"; "" where no node has more than a little. */
static char *list_shares(const struct residency *residency)
{
	const char *comma = "";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < residency->count; i++) {
		const struct residency_node *node = &residency->node[i];
		double share;

		if (!residency_share(residency, node, &share) ||
		    share < VERDICT_SLIGHT)
			continue;
		fprintf(stream, "%s%.0f %% on node %u", comma, share * 100,
			node->id);
		comma = ", ";
	}
	fclose(stream);
	return text;
}

/* " (+-1.9 points)", or nothing where the numbers are exact. */
static void write_error(const struct residency *residency, char text[32])
{
	*text = '\0';
	if (residency->sampled)
		snprintf(text, 32, " (+-%.1f points)", residency->error * 100);
}

static int say_spread(struct sentences *said, const struct residency *residency)
{
	char *shares = list_shares(residency);
	char error[32];
	int err;

	if (!shares)
		return -ENOMEM;
	write_error(residency, error);
	if (*shares)
		err = say(said, "Its memory is spread: %s%s.", shares, error);
	else
		err = say(said, "Its memory is spread over %zu nodes.",
			  residency->count);
	free(shares);
	return err;
}

int verdict_say_memory(struct sentences *said,
		       const struct residency *residency)
{
	const struct residency_node *node;
	char error[32];
	double share;

	node = residency ? main_node(residency) : NULL;
	if (!node || residency->error > VAGUE ||
	    !residency_share(residency, node, &share))
		return 0;
	if (share < VERDICT_NEARLY_ALL)
		return say_spread(said, residency);
	write_error(residency, error);
	return say(said, "Its memory lies on node %u (%.0f %%)%s.", node->id,
		   share * 100, error);
}
