package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.journal.watch.JournalWatch;
import io.saddlebag.journal.watch.StallAlarm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is noticed of passes that don't end, in simulated time; and of looks that don't. */
@Tag("J27")
@Timeout(180)
class WatchedPassTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path home;

    private JournalSite site;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private JournalWatch watch(JournalSource source, JournalWatch.Passes passes) throws IOException {
        return new JournalWatch(source, site.bench.chain(), JournalGovernor.NONE, LIMIT, passes);
    }

    private StallAlarm alarm(JournalWatch watch) {
        return new StallAlarm(watch, site.bench.time, (message, text) -> told.add(message + ", " + text));
    }

    private void after(Duration time, StallAlarm alarm) {
        site.bench.time.pass(time);
        alarm.look();
        alarm.tell();
    }

    @Test
    void a_pass_that_hangs_with_its_pool_is_told_once_and_so_is_its_end() throws Exception {
        site.drop(1);
        JournalBackup[] hanging = new JournalBackup[1];
        StallAlarm alarm = alarm(watch(site.source(), JournalWatch.Passes.of(null, () -> hanging[0].doing())));
        // as another thread sees it meanwhile
        JournalSource slow = new Twin(site.source()) {
            @Override
            public InputStream open(Journal journal, long from) throws IOException {
                after(Duration.ZERO, alarm);
                after(LIMIT.minusSeconds(1), alarm);
                assertThat(told).isEmpty();
                after(Duration.ofSeconds(1), alarm);
                after(LIMIT, alarm);
                return super.open(journal, from);
            }
        };
        var node = site.bench.node();
        hanging[0] = node.journals(slow, node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF);
        assertThat(hanging[0].doing()).isEqualTo("no pass is under way");

        hanging[0].run();
        after(Duration.ZERO, alarm);
        after(LIMIT, alarm);

        assertThat(told)
                .containsExactly(
                        "JNLSTALL, journals of ledger have been closed for 300 s and are not backed up; a pass has been"
                                + " under way for 300 s",
                        "JNLSTALL, what is written to the journals becomes backups again");
    }

    @Test
    void a_source_that_does_not_answer_a_look_is_told_while_it_does_not() throws Exception {
        Consumer<JournalWatch> meanwhile = watch -> {
            assertThat(watch.problem(site.bench.time.nanos())).isEmpty();
            site.bench.time.pass(LIMIT);
            assertThat(watch.problem(site.bench.time.nanos()))
                    .isEqualTo("the journals of ledger have not answered a look for 300 s");
        };
        JournalWatch[] watch = new JournalWatch[1];
        watch[0] = watch(
                new Twin(site.source()) {
                    @Override
                    public JournalView look() throws IOException {
                        meanwhile.accept(watch[0]);
                        return super.look();
                    }
                },
                JournalWatch.Passes.ANY);

        watch[0].look(site.bench.time.nanos());

        assertThat(watch[0].problem(site.bench.time.nanos())).isEmpty();
    }

    @Test
    void a_defect_and_a_source_that_fails_are_told_and_looked_at_again() throws Exception {
        List<Exception> failures =
                new ArrayList<>(List.of(new IllegalStateException("a defect"), new IOException("no disk")));
        StallAlarm alarm = alarm(watch(
                new Twin(site.source()) {
                    @Override
                    public JournalView look() throws IOException {
                        if (!failures.isEmpty()) {
                            Exception next = failures.remove(0);
                            if (next instanceof IOException io) {
                                throw io;
                            }
                            throw (RuntimeException) next;
                        }
                        return super.look();
                    }
                },
                JournalWatch.Passes.ANY));

        alarm.look();
        assertThat(alarm.problem())
                .contains("can't be looked at, by a defect of this program")
                .contains("a defect");
        alarm.look();
        assertThat(alarm.problem()).isEqualTo("the journals of ledger can't be looked at: no disk");
        alarm.look();
        assertThat(alarm.problem()).isEmpty();
    }

    @Test
    void what_gets_worse_is_told_again() throws Exception {
        boolean[] unseen = {false};
        StallAlarm alarm = alarm(watch(
                new Twin(site.source()) {
                    @Override
                    public JournalView look() throws IOException {
                        if (unseen[0]) {
                            throw new IOException("no disk");
                        }
                        return super.look();
                    }
                },
                JournalWatch.Passes.ANY));
        site.drop(1);
        after(Duration.ZERO, alarm);
        unseen[0] = true;
        after(LIMIT.dividedBy(2), alarm);
        after(LIMIT.dividedBy(2), alarm);
        after(LIMIT, alarm);

        assertThat(told)
                .containsExactly(
                        "JNLSTALL, the journals of ledger can't be looked at: no disk",
                        "JNLSTALL, journals of ledger have been closed for 300 s and are not backed up");
    }

    @Test
    void who_tells_does_not_hang_with_who_looks_and_tells_again_what_nobody_heard() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Duration limit = Duration.ofMillis(400);
        JournalWatch watch = new JournalWatch(
                new Twin(site.source()) {
                    @Override
                    public JournalView look() throws IOException {
                        try {
                            hangs.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return super.look();
                    }
                },
                site.bench.chain(),
                JournalGovernor.NONE,
                limit,
                JournalWatch.Passes.ANY);
        List<String> deaf = new ArrayList<>(List.of("once"));
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(StallAlarm.THREADS);
        try {
            new StallAlarm(watch, new SystemWaiter(), (message, text) -> {
                        if (!deaf.isEmpty()) {
                            throw new IllegalStateException(deaf.remove(0));
                        }
                        heard.add(message + ", " + text);
                    })
                    .begin(threads);

            assertThat(heard.poll(60, TimeUnit.SECONDS))
                    .contains("JNLSTALL, the journals of ledger have not answered a look");
            hangs.countDown();
            assertThat(heard.poll(60, TimeUnit.SECONDS)).contains("becomes backups again");
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
