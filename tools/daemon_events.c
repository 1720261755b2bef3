// SPDX-License-Identifier: GPL-2.0
#include "daemon_events.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel answers at once, but the machine may be busy. */
#define ANSWER_MS 10000

/* Room for the events of a burst, while we move somebody's pages. */
#define BUFFER_SIZE (4 << 20)

/*
 * Where things are in a message. Exec, comm and uid events have both numbers at
 * the same place.
 */
#define EVENT (NLMSG_HDRLEN + sizeof(struct cn_msg))
#define WHAT (EVENT + offsetof(struct proc_event, what))
#define THREAD (EVENT + offsetof(struct proc_event, event_data))
#define PROCESS (THREAD + sizeof(__kernel_pid_t))

/*
 * Nobody shall wake us for a fork or an exit, or for the name of a thread that
 * is not its process's first. A filter loads words as the network has them.
 */
static int set_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, WHAT),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(PROC_EVENT_NONE), 7, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(PROC_EVENT_EXEC), 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(PROC_EVENT_COMM), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, htonl(PROC_EVENT_UID), 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, THREAD),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, PROCESS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program));
}

/* More than the system's limit needs the privilege, which we still have. */
static void set_buffer(int fd)
{
	int size = BUFFER_SIZE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int subscribe(int fd)
{
	struct {
		struct nlmsghdr header;
		struct cn_msg message;
		enum proc_cn_mcast_op op;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = NLMSG_DONE,
		},
		.message = {
			.id = { CN_IDX_PROC, CN_VAL_PROC },
			.ack = (__u32)getpid(),
			.len = sizeof(request.op),
		},
		.op = PROC_CN_MCAST_LISTEN,
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

/**
 * struct news - what the kernel tells
 * @ack: in an answer, that of the request plus one
 * @event: what happened, cut to what was known when we were built
 */
struct news {
	__u32 ack;
	struct proc_event event;
};

/* 1; 0: it is nothing for us; or a negative errno. */
static int receive(int fd, struct news *news)
{
	char buffer[EVENT + sizeof(struct proc_event)] = { 0 };
	struct sockaddr_nl from = { 0 };
	socklen_t length = sizeof(from);
	struct cn_msg message;
	ssize_t size = recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT,
				(struct sockaddr *)&from, &length);

	if (size < 0)
		return -errno;
	memcpy(&message, buffer + NLMSG_HDRLEN, sizeof(message));
	memcpy(&news->event, buffer + EVENT, sizeof(news->event));
	news->ack = message.ack;
	/* Only the kernel has the number zero. */
	return size >= (ssize_t)(PROCESS + sizeof(__kernel_pid_t)) &&
	       !from.nl_pid && message.id.idx == CN_IDX_PROC;
}

/*
 * It has our number plus one; of others there may be some, too. Events that come
 * before it are about processes that are looked at later.
 */
static int await_answer(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct news news;
	int err;

	while (poll(&poll_fd, 1, ANSWER_MS) > 0) {
		err = receive(fd, &news);
		if (err < 0 && err != -EAGAIN && err != -ENOBUFS)
			return err;
		if (err > 0 && news.event.what == PROC_EVENT_NONE &&
		    news.ack == (__u32)getpid() + 1)
			return -(int)news.event.event_data.ack.err;
	}
	return -ETIMEDOUT;
}

static int start(int fd)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = CN_IDX_PROC,
	};
	int err;

	set_buffer(fd);
	if (set_filter(fd) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	err = subscribe(fd);
	return err ? err : await_answer(fd);
}

int daemon_events_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			NETLINK_CONNECTOR);
	int err;

	if (fd < 0)
		return -errno;
	err = start(fd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int daemon_events_read(int fd, void (*changed)(void *context, pid_t pid),
		       void *context)
{
	struct news news;
	bool lost = false;
	int err;

	for (;;) {
		err = receive(fd, &news);
		if (err == -ENOBUFS)
			lost = true;
		else if (err == -EAGAIN)
			return lost ? -ENOBUFS : 0;
		else if (err < 0 && err != -EINTR)
			return err;
		else if (err > 0 && news.event.what != PROC_EVENT_NONE)
			changed(context,
				news.event.event_data.exec.process_tgid);
	}
}
