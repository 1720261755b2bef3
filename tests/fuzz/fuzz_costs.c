// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the module about costs, as in fuzz_reply.c: the first byte
 * chooses the parser, the rest is the message without its header.
 */
#include "fuzz.h"

#include <errno.h>

#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "cost_show.h"
#include "reply.h"
#include "reply_costs.h"

static int reason(struct nlmsghdr *message)
{
	struct report_reasons reasons = { 0 };
	int err = reply_reason(message, &reasons);

	report_free_reasons(&reasons);
	return err;
}

/* Also what is made of it. */
static int cost(struct nlmsghdr *message)
{
	struct cost_reading reading = { 0 };
	int err = reply_cost(message, &reading.costs);

	if (!err)
		assert(!cost_show_json(&reading));
	cost_reading_free(&reading);
	return err;
}

static int skip(struct nlmsghdr *message)
{
	struct report_skips skips = { 0 };
	int err = reply_skip(message, &skips);

	report_free_skips(&skips);
	return err;
}

static int tasks(struct nlmsghdr *message)
{
	struct report_matrix matrix = { 0 };
	int err =
		reply_matrix(message, NUMATRACE_MATRIX_KIND_TASK_MOVE, &matrix);

	report_free_matrix(&matrix);
	return err;
}

static int (*const parsers[])(struct nlmsghdr *) = {
	reason,
	cost,
	skip,
	tasks,
};

#define PARSERS (sizeof(parsers) / sizeof(*parsers))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;
	int err;

	if (!size)
		return 0;
	message = calloc(1, NLMSG_HDRLEN + size - 1);
	assert(message);
	message->nlmsg_len = NLMSG_HDRLEN + size - 1;
	memcpy(nlmsg_data(message), data + 1, size - 1);
	err = parsers[data[0] % PARSERS](message);
	assert(!err || err == -EBADMSG);
	free(message);
	return 0;
}
