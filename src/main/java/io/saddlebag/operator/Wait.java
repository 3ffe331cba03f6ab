package io.saddlebag.operator;

import io.saddlebag.host.Deadline;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.job.OperatorRequest.Reply;
import io.saddlebag.volume.OperatorDesk;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Asks people for one thing and waits: until somebody answers, until the thing has come about without an answer, or until
 * patience is at an end. However it ends, the request is closed.
 */
final class Wait {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final JobRun job;
    private final Patience patience;
    private final OperatorDesk.Check check;

    Wait(JobRun job, Patience patience, OperatorDesk.Check check) {
        this.job = job;
        this.patience = patience;
        this.check = check;
    }

    /** How it ended. */
    enum End {
        RETRY,
        ACCEPTED,
        ABORTED,
        /** What was asked for is there. */
        CAME_ABOUT,
        NOBODY_CAME
    }

    /**
     * The end of a wait.
     *
     * @param by who answered; empty when nobody did
     */
    record Outcome(End end, String by) {
        private static Outcome of(Reply reply, String by) {
            return switch (reply) {
                case RETRY -> new Outcome(End.RETRY, by);
                case ACCEPT -> new Outcome(End.ACCEPTED, by);
                case ABORT -> new Outcome(End.ABORTED, by);
            };
        }
    }

    /** Whether what was asked for is there. */
    @FunctionalInterface
    interface Event {
        boolean cameAbout() throws IOException;
    }

    /** As people read it: how long there is left. */
    String timeLeft() {
        return patience.end().remaining().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * @throws io.saddlebag.fault.BackupException {@link io.saddlebag.job.JobFault#CANCELLED}
     * @throws InterruptedException when the thread is told to stop
     */
    Outcome ask(OperatorRequest.Question question, Event event) throws IOException, InterruptedException {
        OperatorRequest request = job.ask(question);
        Outcome outcome;
        try {
            outcome = await(request, event);
        } catch (IOException | InterruptedException | RuntimeException e) {
            breakOff(request, e);
            throw e;
        }
        OperatorRequest closed = job.goesOn(request, text(outcome));
        // who was told that the job gives up must not see it go on because something happened at the same moment
        return closed.reply() == Reply.ABORT ? Outcome.of(Reply.ABORT, String.valueOf(closed.repliedBy())) : outcome;
    }

    private Outcome await(OperatorRequest request, Event event) throws IOException, InterruptedException {
        Deadline end = patience.end();
        while (true) {
            job.checkCancelled();
            check.stillWanted();
            OperatorRequest now = job.look(request);
            Reply reply = now.reply();
            if (reply != null) {
                return Outcome.of(reply, String.valueOf(now.repliedBy()));
            }
            if (event.cameAbout()) {
                return new Outcome(End.CAME_ABOUT, "");
            }
            if (end.passed()) {
                return new Outcome(End.NOBODY_CAME, "");
            }
            end.await(LOOK_EVERY);
        }
    }

    private void breakOff(OperatorRequest request, Exception cause) {
        try {
            String why = cause instanceof InterruptedException
                    ? "the job was interrupted"
                    : String.valueOf(cause.getMessage());
            job.goesOn(
                    request, "nobody waits any more: " + why.lines().findFirst().orElse(""));
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static String text(Outcome outcome) {
        return switch (outcome.end()) {
            case RETRY -> outcome.by() + " answered: retry";
            case ACCEPTED -> outcome.by() + " answered: accept";
            case ABORTED -> outcome.by() + " answered: abort";
            case CAME_ABOUT -> "the library has changed; the job goes on";
            case NOBODY_CAME -> "nobody came in time";
        };
    }
}
