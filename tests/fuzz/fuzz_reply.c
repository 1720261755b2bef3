// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the module. The first byte chooses the parser, the second the
 * flags; the rest is the message without its header, whose length libnl has
 * checked before anything of ours sees it.
 */
#include "fuzz.h"

#include <errno.h>

#include <netlink/msg.h>

#include <linux/numatrace.h>

#include "reply.h"

static int info(struct nlmsghdr *message)
{
	struct report_info info = { 0 };
	int err = reply_info(message, &info);

	report_free_info(&info);
	return err;
}

static int node(struct nlmsghdr *message)
{
	struct report_nodes nodes = { 0 };
	int err = reply_node(message, &nodes);

	report_free_nodes(&nodes);
	return err;
}

static int matrix(struct nlmsghdr *message)
{
	struct report_matrix matrix = { 0 };
	int err =
		reply_matrix(message, NUMATRACE_MATRIX_KIND_MIGRATION, &matrix);

	report_free_matrix(&matrix);
	return err;
}

static int process(struct nlmsghdr *message)
{
	struct report_processes processes = { 0 };
	int err = reply_process(message, &processes);

	report_free_processes(&processes);
	return err;
}

static int cgroup(struct nlmsghdr *message)
{
	struct report_cgroups cgroups = { 0 };
	int err = reply_cgroup(message, &cgroups);

	report_free_cgroups(&cgroups);
	return err;
}

static int thread(struct nlmsghdr *message)
{
	struct report_threads threads = { 0 };
	int err = reply_thread(message, &threads);

	report_free_threads(&threads);
	return err;
}

static int config(struct nlmsghdr *message)
{
	struct report_config config = { 0 };

	return reply_config(message, &config);
}

static int verdict(struct nlmsghdr *message)
{
	char *text;
	int err = reply_verdict(message, &text);

	assert(err <= 0 && err >= -4095);
	free(text);
	return -EBADMSG;
}

static int (*const parsers[])(struct nlmsghdr *) = {
	info, node, matrix, process, cgroup, thread, config, verdict, verdict,
};

#define PARSERS (sizeof(parsers) / sizeof(*parsers))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;
	size_t parser;
	int err;

	if (size < 2)
		return 0;
	parser = data[0] % PARSERS;
	message = calloc(1, NLMSG_HDRLEN + size - 2);
	assert(message);
	message->nlmsg_len = NLMSG_HDRLEN + size - 2;
	message->nlmsg_type = parser == PARSERS - 1 ? NLMSG_DONE : NLMSG_ERROR;
	message->nlmsg_flags = data[1] << 8;
	memcpy(nlmsg_data(message), data + 2, size - 2);
	err = parsers[parser](message);
	assert(!err || err == -EBADMSG);
	free(message);
	return 0;
}
