// SPDX-License-Identifier: GPL-2.0
#include "bind.h"
#include "bind_problem.h"
#include "bind_report.h"
#include "clock.h"
#include "command.h"
#include "interrupt.h"
#include "mover_columns.h"
#include "notes.h"
#include "number.h"
#include "options.h"
#include "progress.h"
#include "proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sentences for people. */
#define CUT_SHORT                                                              \
	"the observation was cut short (%s): whether it helped is not known, and it was not undone; numatrace undo %lld takes it back"
#define NO_JOURNAL                                                             \
	"the journal %s cannot be written (%s), so that this could not be undone: nothing was changed; run it as root, or name another one with --journal"
#define TO_WHAT "bind: to what? Such as --cpunodebind=0 --membind=0"
#define NO_WINDOW "--auto-undo has nothing to go by without --observe"

#define MAX_SLICE_MS 60000
#define MAX_WINDOW 86400
#define USUAL_WINDOW 10
#define USUAL_MARGIN 5

/* How often it is looked whether to go on. */
#define TICK_NS (100 * NSEC_PER_MSEC)

enum {
	OPTION_CHILDREN = OPTION_OWN,
	OPTION_FORCE,
	OPTION_DRY_RUN,
	OPTION_KEEP_PAGES,
	OPTION_SHARED,
	OPTION_SLICE,
	OPTION_RATE,
	OPTION_OBSERVE,
	OPTION_AUTO_UNDO,
	OPTION_MARGIN,
	OPTION_JOURNAL,
};

static const struct option own_options[] = {
	{ "children", no_argument, NULL, OPTION_CHILDREN },
	{ "force", no_argument, NULL, OPTION_FORCE },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "keep-pages", no_argument, NULL, OPTION_KEEP_PAGES },
	{ "shared", no_argument, NULL, OPTION_SHARED },
	{ "slice", required_argument, NULL, OPTION_SLICE },
	{ "rate", required_argument, NULL, OPTION_RATE },
	{ "observe", required_argument, NULL, OPTION_OBSERVE },
	{ "auto-undo", no_argument, NULL, OPTION_AUTO_UNDO },
	{ "margin", required_argument, NULL, OPTION_MARGIN },
	{ "journal", required_argument, NULL, OPTION_JOURNAL },
	{ 0 },
};

/* What was asked for; arguments are looked at once they are all known. */
static struct {
	struct policy policy;
	int policy_err;
	char *policy_why;
	bool children;
	bool force;
	bool dry_run;
	bool keep_pages;
	bool shared;
	bool auto_undo;
	const char *slice;
	const char *rate;
	const char *observe;
	const char *margin;
	const char *journal;
} wanted;

static void set_text(int c, const char *argument)
{
	switch (c) {
	case OPTION_SLICE:
		wanted.slice = argument;
		break;
	case OPTION_RATE:
		wanted.rate = argument;
		break;
	case OPTION_OBSERVE:
		wanted.observe = argument;
		break;
	case OPTION_MARGIN:
		wanted.margin = argument;
		break;
	case OPTION_JOURNAL:
		wanted.journal = argument;
		break;
	}
}

/* The first thing that is wrong is the one to tell. */
static void set_policy(int c, const char *argument)
{
	if (!wanted.policy_err)
		wanted.policy_err = policy_set(&wanted.policy, c, argument,
					       &wanted.policy_why);
}

static void set_option(int c, const char *argument)
{
	switch (c) {
	case OPTION_CHILDREN:
		wanted.children = true;
		break;
	case OPTION_FORCE:
		wanted.force = true;
		break;
	case OPTION_DRY_RUN:
		wanted.dry_run = true;
		break;
	case OPTION_KEEP_PAGES:
		wanted.keep_pages = true;
		break;
	case OPTION_SHARED:
		wanted.shared = true;
		break;
	case OPTION_AUTO_UNDO:
		wanted.auto_undo = true;
		break;
	default:
		if (c < OPTION_OWN)
			set_policy(c, argument);
		else
			set_text(c, argument);
	}
}

static int refuse_policy(int err, char *why)
{
	int code = EXIT_FAILED;

	if (!why)
		pr_notice("out of memory");
	else if (err == -EINVAL)
		code = options_wrong(&cmd_bind, "%s", why);
	else
		pr_notice("%s", why);
	free(why);
	return code;
}

/* -1 to go on, else the exit code. */
static int choose_policy(void)
{
	int err = wanted.policy_err;
	char *why = wanted.policy_why;

	if (!err && policy_is_empty(&wanted.policy))
		return options_wrong(&cmd_bind, TO_WHAT);
	if (!err)
		err = policy_check(&wanted.policy, &why);
	return err ? refuse_policy(err, why) : -1;
}

static int choose_speed(struct bind_request *request)
{
	uint64_t slice = MOVER_SLICE_NS / NSEC_PER_MSEC;

	if (wanted.slice &&
	    (!number_parse(wanted.slice, MAX_SLICE_MS, &slice) || !slice))
		return options_wrong(&cmd_bind,
				     "--slice: not a number of 1 to %d: %s",
				     MAX_SLICE_MS, wanted.slice);
	request->slice = slice * NSEC_PER_MSEC;
	if (wanted.rate &&
	    (!number_parse_size(wanted.rate, &request->rate) || !request->rate))
		return options_wrong(&cmd_bind,
				     "--rate: not a size, such as 100M: %s",
				     wanted.rate);
	return -1;
}

static int choose_window(struct bind_report *report)
{
	uint64_t seconds = USUAL_WINDOW, margin = USUAL_MARGIN;

	if (wanted.observe &&
	    !number_parse(wanted.observe, MAX_WINDOW, &seconds))
		return options_wrong(&cmd_bind,
				     "--observe: not a number of 0 to %d: %s",
				     MAX_WINDOW, wanted.observe);
	if (wanted.margin && !number_parse(wanted.margin, 100, &margin))
		return options_wrong(&cmd_bind,
				     "--margin: not a number of 0 to 100: %s",
				     wanted.margin);
	if (wanted.auto_undo && !seconds)
		return options_wrong(&cmd_bind, NO_WINDOW);
	report->window = wanted.dry_run ? 0 : seconds * NSEC_PER_SEC;
	report->margin = (double)margin;
	report->auto_undo = wanted.auto_undo;
	return -1;
}

/**
 * struct session - one run of the command
 * @client: talks to the module
 * @report: what is to be printed
 * @progress: of what is going on
 */
struct session {
	struct client *client;
	struct bind_report report;
	struct progress progress;
};

static int show_progress(void *context, uint64_t done, uint64_t total)
{
	struct session *session = context;

	progress_show(&session->progress, done, total);
	return interrupt_signal();
}

/* False where it was interrupted, or there is nothing to watch any more. */
static bool watch(struct session *session, const char *what)
{
	const struct bind *bind = &session->report.bind;
	uint64_t start = clock_now_ns(), window = session->report.window,
		 passed;
	bool alive = true;

	progress_begin(&session->progress, what);
	while (alive && (passed = clock_now_ns() - start) < window) {
		progress_show(&session->progress, passed, window);
		alive = interrupt_wait(clock_now_ns() + TICK_NS) &&
			!target_check_any(&bind->target);
	}
	progress_end(&session->progress);
	return alive;
}

/* 0 or -ENOMEM; -EINTR: it did not come to its end. */
static int measure(struct session *session, const char *what,
		   struct proof *proof)
{
	struct proof_reading first, last = { 0 };
	int err = proof_read(session->client, &first);

	if (!err && !watch(session, what))
		err = -EINTR;
	if (!err)
		err = proof_read(session->client, &last);
	if (!err)
		err = proof_of(&session->report.bind.target, &last, &first,
			       proof);
	if (!err)
		session->report.proofs++;
	proof_free_reading(&first);
	proof_free_reading(&last);
	return err;
}

static int plan(struct session *session)
{
	struct bind_report *report = &session->report;
	char *why;
	int err = bind_plan(report->request, &report->bind, &why);

	if (why)
		bind_refuse(&report->bind, "%s", why);
	free(why);
	return err;
}

/* Somebody else was faster: that is no failure of the undo. */
static void say_refused(struct bind_report *report)
{
	for (size_t i = 0; i < report->undo.problems; i++)
		bind_warn(&report->bind, "it was not undone: %s",
			  report->undo.problem[i].text);
}

/* Where nothing was measured, nothing is undone. */
static void undo_if_no_better(struct bind_report *report,
			      struct journal *journal)
{
	const struct proof_verdict *verdict = &report->verdict;
	bool refused;

	if (!report->auto_undo || verdict->measure == PROOF_NOTHING ||
	    proof_points(verdict) >= report->margin)
		return;
	report->undo_err =
		bind_undo_id(report->bind.id, journal, &report->undo, &refused);
	report->undone = !refused;
	if (refused)
		say_refused(report);
}

static int prove(struct session *session, struct journal *journal)
{
	struct bind_report *report = &session->report;
	int err;

	if (!report->window)
		return 0;
	err = measure(session, "observing, after", &report->after);
	if (err == -EINTR) {
		bind_warn(&report->bind, CUT_SHORT,
			  interrupt_signal()
				  ? "interrupted"
				  : "the processes have ended, or are not what they were",
			  (long long)report->bind.id);
		return 0;
	}
	if (err)
		return err;
	proof_compare(&report->before, &report->after, &report->verdict);
	undo_if_no_better(report, journal);
	return 0;
}

static const char all_ended[] =
	"all of the processes ended meanwhile, or are not what they were";

static int observe_before(struct session *session)
{
	struct bind_report *report = &session->report;
	int err;

	if (!report->window)
		return 0;
	err = measure(session, "observing, before", &report->before);
	if (err == -EINTR)
		bind_refuse(&report->bind, "%s: nothing was changed",
			    interrupt_signal() ? "interrupted" : all_ended);
	return err;
}

static int act(struct session *session, struct journal *journal)
{
	struct bind_report *report = &session->report;
	int err = observe_before(session);

	if (err)
		return err;
	progress_begin(&session->progress, "moving pages");
	err = bind_apply(report->request, journal, &report->bind);
	progress_end(&session->progress);
	return err ? err : prove(session, journal);
}

static int work(struct session *session)
{
	struct bind_report *report = &session->report;
	struct journal *journal;
	int err = plan(session);

	if (err || report->dry_run)
		return err;
	journal = journal_open(wanted.journal);
	if (!journal) {
		err = -errno;
		bind_refuse(&report->bind, NO_JOURNAL,
			    wanted.journal ? wanted.journal : JOURNAL_PATH,
			    journal_error(err));
		return err;
	}
	err = act(session, journal);
	journal_close(journal);
	return err;
}

static int print(const struct options *options,
		 const struct output_choice *choice,
		 const struct bind_report *report)
{
	const struct bind *bind = &report->bind;
	int err;

	if (options->style.format == OUTPUT_JSON)
		err = bind_print_json(report);
	else
		err = bind_print_text(report, choice, &options->style);
	bind_print_problems(bind->problem, bind->problems);
	if (report->undone && options->style.format != OUTPUT_JSON)
		bind_print_undone(bind->id, &report->undo, report->undo_err);
	return err;
}

static void free_report(struct bind_report *report)
{
	proof_free(&report->before);
	proof_free(&report->after);
	bind_free_undone(&report->undo);
	bind_free(&report->bind);
	free(report->policy);
}

static int bind_target(const struct options *options,
		       const struct output_choice *choice,
		       struct session *session)
{
	struct bind_report *report = &session->report;
	/* Nothing shall be left half done. */
	int err = interrupt_begin();

	session->client = client_new();
	report->policy = policy_text(report->request->policy);
	if (err)
		bind_refuse(&report->bind, "cannot handle signals: %s",
			    strerror(-err));
	else
		err = report->policy ? work(session) : -ENOMEM;
	report->err = err;
	if (print(options, choice, report) ||
	    (err == -ENOMEM && !report->bind.problems)) {
		pr_notice("out of memory");
		err = -ENOMEM;
	}
	note_interruption(session->client);
	client_free(session->client);
	return err || report->undo_err || interrupt_signal() ? EXIT_FAILED
							     : EXIT_DONE;
}

/* The whole of the command line, as far as it matters later. */
static char *command_line(const struct options *options)
{
	char *policy = policy_text(&wanted.policy), *line = NULL;

	if (policy &&
	    asprintf(&line, "numatrace bind %s %s%s%s", options->argument,
		     policy, wanted.children ? " --children" : "",
		     wanted.keep_pages ? " --keep-pages" : "") < 0)
		line = NULL;
	free(policy);
	return line;
}

static int run(const struct options *options)
{
	struct session session = { .report = { .dry_run = wanted.dry_run } };
	struct bind_request request = {
		.target_text = options->argument,
		.children = wanted.children,
		.policy = &wanted.policy,
		.force = wanted.force,
		.keep_pages = wanted.keep_pages,
		.shared = wanted.shared,
		.progress = show_progress,
		.context = &session,
		.stop = interrupt_flag(),
	};
	struct output_choice choice;
	char *line;
	int code = choose_policy();

	if (code < 0)
		code = choose_speed(&request);
	if (code < 0)
		code = choose_window(&session.report);
	if (code < 0)
		code = options_columns(&cmd_bind, &mover_object, options,
				       &choice);
	if (code >= 0)
		return code;
	session.report.request = &request;
	line = command_line(options);
	request.command = line;
	code = bind_target(options, &choice, &session);
	free_report(&session.report);
	output_free_choice(&choice);
	policy_free(&wanted.policy);
	free(line);
	return code;
}

static const struct option *const more_options[] = { policy_options, NULL };

const struct command cmd_bind = {
	.name = "bind",
	.arguments = "<target>",
	.summary =
		"Bind running processes to CPUs and memory, and show if it helped.",
	.notes = target_help + 1,
	.takes_argument = "a pid, a name, a cgroup, a unit or a container",
	.own_options = own_options,
	.own_letters = POLICY_LETTERS,
	.own_help = POLICY_HELP
	"     --children       also the descendants of these processes\n"
	"     --keep-pages     leave existing pages where they are\n"
	"     --shared         move pages that other processes map, too; as root\n"
	"     --slice <ms>     move pages for at most so long at once (20)\n"
	"     --rate <size>    move at most so many bytes a second (K, M, G)\n"
	"     --observe <s>    measure so long before and after (10); 0: not\n"
	"     --auto-undo      undo it if it did not improve locality\n"
	"     --margin <n>     by at least so many percentage points (5)\n"
	"     --dry-run        print the plan, change nothing\n"
	"     --force          go on where a check advises against it\n"
	"     --journal <file> write it down there\n",
	.more_options = more_options,
	.set_option = set_option,
	.run = run,
};
