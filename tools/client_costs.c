// SPDX-License-Identifier: GPL-2.0
/*
 * Why pages migrate, what balancing costs and what it passes over.
 */
#include "client_exchange.h"

#include "reply_costs.h"

static int parse_reason(struct client_exchange *exchange,
			struct nlmsghdr *message)
{
	return reply_reason(message, exchange->report);
}

static void reset_reasons(struct client_exchange *exchange)
{
	report_free_reasons(exchange->report);
}

int client_reasons(struct client *client, struct report_reasons *reasons)
{
	struct client_exchange exchange = {
		.parse = parse_reason,
		.reset = reset_reasons,
		.report = reasons,
	};
	int err;

	*reasons = (struct report_reasons){ 0 };
	err = client_dump(client, NUMATRACE_CMD_REASON_GET, &exchange);
	if (!err && !report_sort_reasons(reasons)) {
		report_free_reasons(reasons);
		return client_malformed(client);
	}
	return err;
}

static int parse_cost(struct client_exchange *exchange,
		      struct nlmsghdr *message)
{
	return reply_cost(message, exchange->report);
}

static void reset_costs(struct client_exchange *exchange)
{
	report_free_costs(exchange->report);
}

int client_costs(struct client *client, struct report_costs *costs)
{
	struct client_exchange exchange = {
		.parse = parse_cost,
		.reset = reset_costs,
		.report = costs,
	};
	int err;

	*costs = (struct report_costs){ 0 };
	err = client_dump(client, NUMATRACE_CMD_COST_GET, &exchange);
	if (!err && !report_sort_costs(costs)) {
		report_free_costs(costs);
		return client_malformed(client);
	}
	return err;
}

static int parse_skip(struct client_exchange *exchange,
		      struct nlmsghdr *message)
{
	return reply_skip(message, exchange->report);
}

static void reset_skips(struct client_exchange *exchange)
{
	report_free_skips(exchange->report);
}

int client_skips(struct client *client, struct report_skips *skips)
{
	struct client_exchange exchange = {
		.parse = parse_skip,
		.reset = reset_skips,
		.report = skips,
	};

	*skips = (struct report_skips){ 0 };
	return client_dump(client, NUMATRACE_CMD_SKIP_GET, &exchange);
}
