package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * SIGKILL for a program in the middle of its job, at an instant that is uniform over a span of an undisturbed run. One that
 * comes after the job's end doesn't count, and is drawn again from the time before it.
 */
final class Kill {
    /** Each draw halves the time on average; a job that is over within a millisecond after its moment can't be hit. */
    private static final int MOST_DRAWS = 12;

    private static final Duration DEATH = Duration.ofSeconds(60);

    private static final int KILLED = 128 + 9;

    /** Who dies. */
    enum Victims {
        JOB,
        /** As when the machine dies: nobody is left to bring the database back before the next start. */
        JOB_AND_GUARD
    }

    /** @param about for messages */
    record Aim(Moment from, Moment to, Victims victims, String about) {
        Aim(Moment from, Moment to, String about) {
            this(from, to, Victims.JOB, about);
        }
    }

    /**
     * A kill that hit a living job.
     *
     * @param at System.nanoTime of the signal
     * @param afterMillis the moment aimed at
     * @param tooLate draws that came after the job's end
     * @param where the job's last recorded step
     */
    record Hit(long seed, Aim aim, long at, double afterMillis, int tooLate, String where) {
        @Override
        public String toString() {
            return "seed %d, %s, %.1f ms after %s, died %s%s"
                    .formatted(
                            seed,
                            aim.about(),
                            afterMillis,
                            aim.from(),
                            where,
                            tooLate == 0 ? "" : " (draws that were too late: " + tooLate + ")");
        }
    }

    /** Makes ready for the job, again for each draw. */
    interface Preparation {
        void before() throws Exception;
    }

    private final Path log;
    private final Map<Moment, Long> calm;

    /** @param calm when each moment was seen in an undisturbed run */
    Kill(Path log, Map<Moment, Long> calm) {
        this.log = log;
        this.calm = calm;
    }

    Hit hit(Path home, long seed, Aim aim, Preparation preparation, String... command) throws Exception {
        Random random = new Random(seed * 7919);
        long span = calm.get(aim.to()) - calm.get(aim.from());
        for (int draw = 0; draw < MOST_DRAWS; draw++) {
            preparation.before();
            long delay = (long) (random.nextDouble() * span);
            try (JobTrace trace = new JobTrace(home)) {
                Process process = Site.start(home, log, command);
                long at = kill(process, victims(aim, process), trace, aim.from(), delay);
                if (at != 0 && !trace.jobHasEnded()) {
                    return new Hit(seed, aim, at, delay / 1e6, draw, trace.step());
                }
            }
            span = Math.min(span, delay);
        }
        throw new AssertionError("seed " + seed + ": no kill for " + aim + " met the job alive");
    }

    /** @return when; 0 when the process had ended by itself */
    private static Supplier<Stream<ProcessHandle>> victims(Aim aim, Process process) {
        // guards are the only processes of Java that a command starts
        return aim.victims() == Victims.JOB
                ? Stream::empty
                : () -> process.descendants()
                        .filter(each -> each.info().command().orElse("").endsWith("java"));
    }

    private long kill(
            Process process, Supplier<Stream<ProcessHandle>> others, JobTrace trace, Moment from, long delayNanos)
            throws Exception {
        long limit = System.nanoTime() + Site.PATIENT.toNanos() * 3;
        while (process.isAlive() && !trace.reached(from)) {
            assertThat(System.nanoTime()).as("no " + from + " in time").isLessThan(limit);
            Until.aMoment();
        }
        List<ProcessHandle> dying = others.get().toList();
        long until = System.nanoTime() + delayNanos;
        for (long left = delayNanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        long at = System.nanoTime();
        // guards first: one that sees its holder die acts at once
        dying.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        assertThat(process.waitFor(DEATH.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (ProcessHandle each : dying) {
            // one that waits for the disk dies later than its signal
            each.onExit().get(DEATH.toSeconds(), TimeUnit.SECONDS);
        }
        if (process.exitValue() == KILLED) {
            return at;
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return 0;
    }
}
