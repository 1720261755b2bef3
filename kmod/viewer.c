// SPDX-License-Identifier: GPL-2.0
#include "viewer.h"

#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>

const struct nt_viewer nt_viewer_root = {
	.privileged = true,
	.pid_ns = &init_pid_ns,
};

bool nt_may_see(const struct nt_viewer *viewer, const struct nt_owner *owner)
{
	return viewer->privileged ||
	       (owner->plain && uid_eq(owner->uid, viewer->uid));
}

static pid_t number_in(struct pid_namespace *pid_ns,
		       const struct nt_owner *owner)
{
	struct task_struct *leader;
	pid_t pid = 0;

	if (pid_ns == &init_pid_ns)
		return owner->tgid;
	rcu_read_lock();
	leader = pid_task(find_pid_ns(owner->tgid, &init_pid_ns), PIDTYPE_TGID);
	if (leader && leader->start_boottime == owner->start)
		pid = task_tgid_nr_ns(leader, pid_ns);
	rcu_read_unlock();
	return pid;
}

pid_t nt_visible_pid(const struct nt_viewer *viewer,
		     const struct nt_owner *owner)
{
	return nt_may_see(viewer, owner) ? number_in(viewer->pid_ns, owner) : 0;
}
