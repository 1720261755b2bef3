// SPDX-License-Identifier: GPL-2.0
#include "daemon.h"

#include "clock.h"
#include "command.h"
#include "daemon_apply.h"
#include "daemon_events.h"
#include "daemon_log.h"
#include "daemon_notify.h"
#include "daemon_privileges.h"
#include "interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/**
 * struct daemon - what it works with
 * @path: of the rules, or NULL
 * @events: where the kernel tells of processes
 * @waiting: the signals that are blocked while it waits
 * @applier: applies the rules
 */
struct daemon {
	const char *path;
	int events;
	sigset_t waiting;
	struct applier applier;
};

/* What signals ask for. */
static atomic_int stopped, reloaded;

static void handle(int signal)
{
	if (signal == SIGHUP)
		reloaded = 1;
	else
		stopped = 1;
}

/* They come where we wait, and in the middle of an action. */
static void take_signals(struct daemon *daemon)
{
	const struct sigaction action = {
		.sa_handler = handle,
		.sa_flags = SA_RESTART,
	};
	sigset_t blocked;

	interrupt_set(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &daemon->waiting);
	for (size_t i = 0; i < INTERRUPT_SIGNALS; i++) {
		sigaction(interrupt_list[i], &action, NULL);
		sigdelset(&daemon->waiting, interrupt_list[i]);
	}
}

static void say_errors(const struct rules *rules)
{
	for (size_t i = 0; i < rules->errors.count; i++)
		daemon_log(LOG_ERR, "%s", rules->errors.error[i]);
}

/* A machine without rules is as good as any. 0 or a negative errno. */
static int read_rules(const struct daemon *daemon, struct rules *rules)
{
	const char *path = daemon->path ? daemon->path : RULES_PATH;
	int err = rules_read(daemon->path, rules);

	say_errors(rules);
	if (err)
		daemon_log(LOG_ERR, "%s: %s", path, strerror(-err));
	else if (!rules->errors.count)
		daemon_log(LOG_INFO, "%zu rules in %s", rules->count, path);
	return err ? err : rules->errors.count ? -EINVAL : 0;
}

static void tell_ready(const struct daemon *daemon)
{
	daemon_notify("READY=1\nSTATUS=%zu rules", daemon->applier.rules.count);
}

static void look_at_all(struct daemon *daemon)
{
	int err = applier_look_at_all(&daemon->applier);

	if (err)
		daemon_log(LOG_ERR, "/proc: %s", strerror(-err));
	else if (!stopped)
		daemon_log(LOG_INFO, "all running processes were looked at");
}

static void tell_reloading(void)
{
	daemon_notify("RELOADING=1\nMONOTONIC_USEC=%llu",
		      (unsigned long long)(clock_now_ns() / NSEC_PER_USEC));
}

static void reload(struct daemon *daemon)
{
	struct rules rules = { 0 };

	reloaded = 0;
	tell_reloading();
	if (read_rules(daemon, &rules)) {
		daemon_log(LOG_ERR, "the former %zu rules stay",
			   daemon->applier.rules.count);
		rules_free(&rules);
	} else {
		rules_free(&daemon->applier.rules);
		daemon->applier.rules = rules;
		handled_drop_failed(&daemon->applier.table);
	}
	tell_ready(daemon);
	look_at_all(daemon);
}

static void look_at(void *context, pid_t pid)
{
	applier_look_at(context, pid);
}

static int read_events(struct daemon *daemon)
{
	int err = daemon_events_read(daemon->events, look_at, &daemon->applier);

	if (err != -ENOBUFS)
		return err;
	daemon_log(LOG_NOTICE,
		   "processes started faster than they could be followed");
	look_at_all(daemon);
	return 0;
}

static int wait_for_news(struct daemon *daemon)
{
	struct pollfd poll_fd = { .fd = daemon->events, .events = POLLIN };
	int timeout = applier_timeout(&daemon->applier);
	const struct timespec time = {
		.tv_sec = timeout / 1000,
		.tv_nsec = timeout % 1000 * 1000000L,
	};
	int ready = ppoll(&poll_fd, 1, timeout < 0 ? NULL : &time,
			  &daemon->waiting);

	if (ready < 0)
		return errno == EINTR ? 0 : -errno;
	return ready ? read_events(daemon) : 0;
}

static int loop(struct daemon *daemon)
{
	int err = 0;

	while (!err && !stopped) {
		applier_retry(&daemon->applier);
		/* One that came meanwhile does not come again. */
		if (!stopped)
			err = wait_for_news(daemon);
		if (reloaded && !stopped)
			reload(daemon);
	}
	if (err)
		daemon_log(LOG_ERR, "waiting for processes: %s",
			   strerror(-err));
	return err;
}

static const char *explain_events(int err)
{
	switch (err) {
	case -EPERM:
		return "this needs CAP_NET_ADMIN: run it as root";
	case -EPROTONOSUPPORT:
	case -ECONNREFUSED:
		return "the kernel has no process connector (CONFIG_CONNECTOR, CONFIG_PROC_EVENTS)";
	case -ETIMEDOUT:
		return "the kernel does not answer: in containers, or without CONFIG_PROC_EVENTS";
	default:
		return strerror(-err);
	}
}

/* ORDER: what needs privileges comes before they are dropped. */
static int start(struct daemon *daemon)
{
	int err;

	daemon->events = daemon_events_open();
	if (daemon->events < 0) {
		daemon_log(LOG_ERR, "events of processes: %s",
			   explain_events(daemon->events));
		return daemon->events;
	}
	daemon->applier.journal = journal_open(NULL);
	if (!daemon->applier.journal) {
		err = -errno;
		daemon_log(LOG_ERR, "%s cannot be written: %s", JOURNAL_PATH,
			   journal_error(err));
		return err;
	}
	err = daemon_drop_privileges();
	if (err)
		daemon_log(LOG_ERR, "dropping privileges: %s", strerror(-err));
	return err;
}

/* The exit code. */
static int run(struct daemon *daemon)
{
	int err = read_rules(daemon, &daemon->applier.rules);

	/* Until somebody corrects them it is of no use to start again. */
	if (err)
		return err == -EINVAL || err == -EACCES ? EX_CONFIG
							: EXIT_FAILED;
	if (start(daemon))
		return EXIT_FAILED;
	tell_ready(daemon);
	/* ORDER: what starts from now on is told, so nobody is missed. */
	look_at_all(daemon);
	err = loop(daemon);
	daemon_notify("STOPPING=1");
	daemon_log(LOG_INFO, "ends; what was bound stays so");
	return err ? EXIT_FAILED : EXIT_DONE;
}

int daemon_run(const char *path)
{
	struct daemon daemon = {
		.path = path,
		.events = -1,
		.applier.stop = &stopped,
	};
	int code;

	take_signals(&daemon);
	code = run(&daemon);
	if (daemon.events >= 0)
		close(daemon.events);
	applier_free(&daemon.applier);
	return code;
}
