package io.saddlebag.journal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.log.LogMark;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.workbench.SimulatedTime;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that writes marks, a folder that gets them or doesn't, and time that passes when the watch waits. */
@Tag("J27")
class StreamWatchTest {
    private static final int PAGE = 8192;

    @TempDir
    Path folder;

    private final SimulatedTime time = new SimulatedTime();
    private final HostFiles files = new LocalFiles(new LinuxPosix());
    private final LogSegments segments = new LogSegments(TwinLog.SEGMENT);
    private final List<String> told = new ArrayList<>();
    private long durable;
    private boolean arriving = true;
    private boolean lying;
    private int marks;
    private long written = TwinLog.SEGMENT + PAGE - 10;

    private final TwinLog server = new TwinLog() {
        @Override
        public Optional<LogMark> mark(String token) {
            marks++;
            written += 200;
            if (arriving && !lying) {
                put(token);
            }
            if (arriving) {
                durable = written;
            }
            return Optional.of(new LogMark(written, PAGE));
        }
    };

    /** A token as the log holds it: with the header of a page in its middle where it crosses one. */
    private void put(String token) {
        byte[] text = token.getBytes(StandardCharsets.US_ASCII);
        String name = segments.name(new JournalId(1, written / TwinLog.SEGMENT)) + LogSegments.PARTIAL;
        try (FileChannel file =
                FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long at = written - 1;
            for (int i = text.length - 1; i >= 0; at--) {
                boolean header = at % PAGE < (at % TwinLog.SEGMENT < PAGE ? 40 : 24);
                if (!header) {
                    file.write(ByteBuffer.wrap(text, i--, 1), at % TwinLog.SEGMENT);
                }
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private StreamWatch watch() {
        return new StreamWatch(
                new StreamWatch.Parts(
                        "wal",
                        server,
                        folder,
                        files,
                        prefix -> prefix + "-" + marks + "-a-long-token",
                        time,
                        (message, text) -> told.add(message + " " + text),
                        Duration.ofSeconds(60)),
                () -> new StreamProgress(true, 1, durable, durable, durable));
    }

    private void run(StreamWatch watch, Duration how) throws InterruptedException {
        long until = time.nanos() + how.toNanos();
        watch.run(() -> time.nanos() > until, () -> segments);
    }

    @Test
    void marks_that_arrive_are_found_also_across_pages_and_nothing_is_said() throws Exception {
        StreamWatch watch = watch();

        run(watch, Duration.ofMinutes(20));

        assertThat(marks).isBetween(100, 125);
        assertThat(written / PAGE).isGreaterThan(TwinLog.SEGMENT / PAGE + 1);
        assertThat(watch.problem()).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void a_target_that_hangs_is_told_once_after_the_limit_and_once_when_it_goes_on() throws Exception {
        StreamWatch watch = watch();
        run(watch, Duration.ofMinutes(2));
        arriving = false;
        run(watch, Duration.ofSeconds(50));
        assertThat(watch.problem()).isEmpty();

        run(watch, Duration.ofMinutes(5));

        assertThat(watch.problem()).contains("is not in the copy, which ends at");
        assertThat(told)
                .hasSize(1)
                .first()
                .asString()
                .startsWith(JournalMessage.STREAMSTALL + " wal: what database orders");
        arriving = true;
        durable = written;
        put("beat-" + (marks - 1) + "-a-long-token");

        run(watch, Duration.ofMinutes(1));

        assertThat(watch.problem()).isEmpty();
        assertThat(told).hasSize(2).last().asString().endsWith("the copy goes on");
    }

    @Test
    void a_copy_that_claims_to_have_what_is_not_there_is_found_out() throws Exception {
        lying = true;
        StreamWatch watch = watch();
        put("something else");

        run(watch, Duration.ofSeconds(30));

        assertThat(watch.problem()).contains("is not in the copy, which claims to go beyond");
        run(watch, Duration.ofSeconds(90));
        assertThat(told).hasSize(1);
    }
}
