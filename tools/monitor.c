// SPDX-License-Identifier: GPL-2.0
#include "monitor.h"
#include "reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include <linux/genetlink.h>
#include <linux/numatrace.h>

/* The kernel makes no message for many that is larger. */
#define BUFFER_SIZE 65536

/* Messages that wait until they are read; as much as the system grants. */
#define QUEUE_SIZE (4 << 20)

/**
 * struct monitor - a subscription
 * @socket: that messages arrive at
 * @family: number of the module's family
 * @parts: what is not complete
 * @next: what was received and not looked at yet
 * @left: bytes of that
 * @buffer: what was received
 */
struct monitor {
	struct nl_sock *socket;
	int family;
	struct monitor_parts parts;
	struct nlmsghdr *next;
	int left;
	char buffer[BUFFER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

void monitor_free_parts(struct monitor_parts *parts)
{
	report_free_samples(&parts->samples);
}

/* Of several samples only the newest can still become complete. */
static void drop_older(struct report_samples *samples)
{
	while (samples->count > 1) {
		report_free_sample(&samples->sample[0]);
		samples->sample[0] = samples->sample[1];
		samples->count--;
	}
}

static int take_sample(struct report_samples *samples, struct nlmsghdr *message,
		       struct monitor_event *event)
{
	int err = reply_sample(message, samples);

	if (err) {
		report_free_samples(samples);
		return err;
	}
	drop_older(samples);
	if (!report_sample_complete(&samples->sample[0]))
		return 0;
	report_finish_samples(samples);
	if (!samples->count)
		return -EBADMSG;
	event->kind = MONITOR_SAMPLE;
	event->sample = samples->sample[0];
	samples->count = 0;
	report_free_samples(samples);
	return 0;
}

static int take_finding(struct nlmsghdr *message, struct monitor_event *event)
{
	struct report_findings findings = { 0 };
	int err = reply_finding(message, &findings);

	if (!err) {
		event->kind = MONITOR_FINDING;
		event->finding = findings.finding[0];
	}
	report_free_findings(&findings);
	return err;
}

int monitor_take(struct monitor_parts *parts, struct nlmsghdr *message,
		 struct monitor_event *event)
{
	*event = (struct monitor_event){ 0 };
	if (!genlmsg_valid_hdr(message, 0))
		return -EBADMSG;
	switch (genlmsg_hdr(message)->cmd) {
	case NUMATRACE_CMD_SAMPLE_NTF:
		return take_sample(&parts->samples, message, event);
	case NUMATRACE_CMD_FINDING_NTF:
		return take_finding(message, event);
	default:
		/* Of a newer module. */
		return 0;
	}
}

/* Families come and go; each has a number as long as it is there. */
static bool is_gone(const struct monitor *monitor, struct nlmsghdr *message)
{
	struct nlattr *id;

	if (message->nlmsg_type != GENL_ID_CTRL ||
	    !genlmsg_valid_hdr(message, 0) ||
	    genlmsg_hdr(message)->cmd != CTRL_CMD_DELFAMILY)
		return false;
	id = nlmsg_find_attr(message, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);
	return id && nla_len(id) >= (int)sizeof(uint16_t) &&
	       nla_get_u16(id) == monitor->family;
}

/*
 * ORDER: whether families go is asked for before ours is looked up, so that
 * none goes unseen.
 */
static int subscribe(struct monitor *monitor)
{
	struct nl_sock *socket = monitor->socket;
	int group = genl_ctrl_resolve_grp(socket, "nlctrl", "notify");

	if (group < 0 || nl_socket_add_membership(socket, group) < 0)
		return -EIO;
	monitor->family = genl_ctrl_resolve(socket, NUMATRACE_FAMILY_NAME);
	if (monitor->family < 0)
		return -ENOENT;
	group = genl_ctrl_resolve_grp(socket, NUMATRACE_FAMILY_NAME,
				      NUMATRACE_MCGRP_MONITOR);
	if (group < 0)
		return -EOPNOTSUPP;
	return nl_socket_add_membership(socket, group) < 0 ? -EIO : 0;
}

/* More than the system's limit needs a privilege. */
static void set_queue(int fd)
{
	int size = QUEUE_SIZE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int monitor_open(struct monitor **opened)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));
	int err = -ENOMEM;

	*opened = NULL;
	if (monitor)
		monitor->socket = nl_socket_alloc();
	if (monitor && monitor->socket) {
		nl_socket_disable_seq_check(monitor->socket);
		err = genl_connect(monitor->socket) < 0 ? -EIO : 0;
		if (!err)
			set_queue(monitor_fd(monitor));
		if (!err)
			err = subscribe(monitor);
	}
	if (err) {
		monitor_close(monitor);
		return err;
	}
	*opened = monitor;
	return 0;
}

void monitor_close(struct monitor *monitor)
{
	if (!monitor)
		return;
	monitor_free_parts(&monitor->parts);
	nl_socket_free(monitor->socket);
	free(monitor);
}

int monitor_fd(const struct monitor *monitor)
{
	return nl_socket_get_fd(monitor->socket);
}

/* 0; -EAGAIN: nothing came; -ENOBUFS: something was lost; or another errno. */
static int receive(struct monitor *monitor)
{
	struct sockaddr_nl from = { 0 };
	socklen_t length = sizeof(from);
	ssize_t size = recvfrom(monitor_fd(monitor), monitor->buffer,
				BUFFER_SIZE, MSG_DONTWAIT | MSG_TRUNC,
				(struct sockaddr *)&from, &length);

	if (size < 0)
		return -errno;
	if (size > BUFFER_SIZE)
		return -ENOBUFS;
	monitor->next = (struct nlmsghdr *)monitor->buffer;
	/* Only the kernel has the number zero. */
	monitor->left = from.nl_pid ? 0 : size;
	return 0;
}

/* The next message, or NULL; @err is then as of receive(). */
static struct nlmsghdr *next_message(struct monitor *monitor, int *err)
{
	struct nlmsghdr *message;

	*err = 0;
	while (!nlmsg_ok(monitor->next, monitor->left)) {
		*err = receive(monitor);
		if (*err)
			return NULL;
	}
	message = monitor->next;
	monitor->next = nlmsg_next(message, &monitor->left);
	return message;
}

/* What was lost may have been a part: the sample will never be complete. */
static int explain(struct monitor *monitor, int err,
		   struct monitor_event *event)
{
	switch (err) {
	case -EAGAIN:
	case -EINTR:
		return 0;
	case -ENOBUFS:
		monitor_free_parts(&monitor->parts);
		event->kind = MONITOR_LOST;
		return 0;
	default:
		return err;
	}
}

int monitor_next(struct monitor *monitor, struct monitor_event *event)
{
	struct nlmsghdr *message;
	int err;

	*event = (struct monitor_event){ 0 };
	do {
		message = next_message(monitor, &err);
		if (!message)
			return explain(monitor, err, event);
		if (is_gone(monitor, message))
			event->kind = MONITOR_GONE;
		else if (message->nlmsg_type == monitor->family)
			err = monitor_take(&monitor->parts, message, event);
	} while (!err && event->kind == MONITOR_NOTHING);
	return err;
}
