// SPDX-License-Identifier: GPL-2.0
/*
 * Usage: _dump
 *
 * Dumps the rows of all processes, copies what the kernel sends to stdout as
 * it is, and parses nothing but where the dump ends.
 */
#include <linux/numatrace.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int ask(struct nl_sock *sock)
{
	struct nl_msg *msg = nlmsg_alloc();
	int family = genl_ctrl_resolve(sock, NUMATRACE_FAMILY_NAME);
	int ret = family;

	if (!msg || family < 0)
		goto out;
	ret = -NLE_NOMEM;
	if (genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_DUMP,
			NUMATRACE_CMD_PROCESS_GET, NUMATRACE_FAMILY_VERSION))
		ret = nl_send_auto(sock, msg);
out:
	nlmsg_free(msg);
	return ret;
}

/* 1 if there is more to come, 0 at the end, or negative. */
static int copy(struct nl_sock *sock)
{
	struct sockaddr_nl from;
	unsigned char *buffer;
	struct nlmsghdr *header;
	int ret, size, left;

	size = left = nl_recv(sock, &from, &buffer, NULL);
	if (size <= 0)
		return -1;
	ret = write(STDOUT_FILENO, buffer, size) == size ? 1 : -1;
	for (header = (struct nlmsghdr *)buffer; nlmsg_ok(header, left);
	     header = nlmsg_next(header, &left)) {
		if (header->nlmsg_type == NLMSG_ERROR)
			ret = -1;
		if (header->nlmsg_type == NLMSG_DONE)
			ret = 0;
	}
	free(buffer);
	return ret;
}

int main(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int more = -1;

	if (sock && !genl_connect(sock) && ask(sock) >= 0)
		do
			more = copy(sock);
		while (more > 0);
	nl_socket_free(sock);
	if (more < 0)
		fputs("_dump: the module refuses or is not loaded\n", stderr);
	return more < 0;
}
