package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.journal.JournalEvent;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.framing.BlockCheck;
import io.saddlebag.framing.ProtectedFraming;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.journal.JournalMessage;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.JournalResult;
import io.saddlebag.library.Barcode;
import io.saddlebag.media.ImageLabel;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.volume.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Journals in routes: one pass in {@code to}, continuous backup in {@code from}. */
@Timeout(180)
class JournalRouteTest {
    @TempDir
    Path home;

    private final List<JournalEvent> events = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Exchange> files = new LinkedBlockingQueue<>();
    private MemoryNode node;
    private DefaultCamelContext context;
    private Path archive;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        archive = Files.createDirectories(home.resolve("archive"));
        context = Routes.on(node);
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof JournalEvent journal) {
                    events.add(journal);
                }
            }
        });
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private void drop(int sequence) throws Exception {
        Path whole = archive.resolve("under-way");
        Files.writeString(whole, "entries of " + sequence);
        Files.move(whole, archive.resolve("redo_" + sequence + ".arc"));
    }

    private List<String> chain() {
        try {
            return node.journals().services().chain().pieces("ledger").stream()
                    .map((JournalPiece piece) -> piece.id() + " " + piece.state())
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Exchange file() throws InterruptedException {
        Exchange file = files.poll(60, TimeUnit.SECONDS);
        assertThat(file).as("a backup file").isNotNull();
        return file;
    }

    @Test
    @Tag("J12")
    @Tag("J14")
    @Tag("E3")
    void one_pass_in_a_step_sets_headers_and_tells_operators() throws Exception {
        drop(41);
        drop(42);

        Exchange done = context.createProducerTemplate().send("journal:ledger?pool=disk&family=nightly", each -> {});

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody()).isInstanceOf(JournalResult.class);
        assertThat(done.getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.JOURNAL_SEQUENCE, 42L)
                .containsEntry(SaddlebagHeaders.JOURNAL_CURRENT, -1L)
                .containsEntry(SaddlebagHeaders.JOURNAL_NEXT, 43L)
                .containsEntry(SaddlebagHeaders.JOURNAL_LAST_READY, 42L)
                .containsEntry(SaddlebagHeaders.JOURNAL_BACKED_UP, 42L)
                .containsEntry(SaddlebagHeaders.JOURNAL_COUNT, 0)
                .containsEntry(SaddlebagHeaders.JOURNAL_END_OF_FILE, 0L)
                .containsEntry(SaddlebagHeaders.JOURNAL_FULLNESS, 0)
                .containsEntry(SaddlebagHeaders.JOURNAL_OUTPUT_FILE, "pool:disk/_none/ledger-41.aij.1.tar")
                .containsEntry(SaddlebagHeaders.BACKUP_ID, 1L);
        assertThat(events)
                .extracting(JournalEvent::message)
                .startsWith(JournalMessage.AIJBCKBEG, JournalMessage.OPERNOTIFY);
        assertThat(chain()).containsExactly("41 READY", "42 READY");
        assertThat(archive).isEmptyDirectory();
    }

    @Test
    @Tag("J13")
    @Tag("M13")
    void a_volume_with_journals_that_are_needed_is_given_up_by_its_own_word_and_operators_are_told() throws Exception {
        node.catalog()
                .begin(new NewBackup(
                        "image-of-orders",
                        "orders",
                        "orders",
                        "backup/1",
                        "testhost",
                        Instant.now(),
                        "ATOMIC",
                        List.of(),
                        Map.of()))
                .leave();
        drop(41);
        ProducerTemplate template = context.createProducerTemplate();
        assertThat(template.send("journal:ledger?library=vault&family=nightly", each -> {})
                        .getException())
                .isNull();
        events.clear();
        String reuse = "library:vault?operation=reuse&volume=nightly-000001&evenIfInUse=true";

        assertThat(template.send(reuse, each -> {}).getException())
                .hasMessageContaining(
                        "SBG-M024 volume nightly-000001 is still needed: backup 2 on it holds journals: backup 1"
                                + " of orders is rolled forward with its journals, and backup 1 of orders is being written");
        assertThat(events).isEmpty();

        assertThat(template.send(reuse + "&breakChain=true", each -> {}).getException())
                .isNull();
        assertThat(events)
                .extracting(event -> event.journals() + " " + event.message())
                .containsExactly("ledger OPERNOTIFY", "ledger DOFULLBCK");
        assertThat(chain()).containsExactly("41 BROKEN");
    }

    @Test
    @Tag("J4")
    @Tag("E3")
    void a_route_that_begins_with_journals_has_an_exchange_for_each_backup_file() throws Exception {
        continuous("interval=none");
        drop(1);
        assertThat(file().getMessage().getHeader(SaddlebagHeaders.JOURNAL_SEQUENCE))
                .isEqualTo(1L);
        drop(2);
        assertThat(file().getMessage().getHeader(SaddlebagHeaders.JOURNAL_SEQUENCE))
                .isEqualTo(2L);

        context.getRouteController().suspendRoute("continuous");
        drop(3);
        assertThat(files.poll(300, TimeUnit.MILLISECONDS)).isNull();
        context.getRouteController().resumeRoute("continuous");
        assertThat(file().getMessage().getHeader(SaddlebagHeaders.JOURNAL_SEQUENCE))
                .isEqualTo(3L);

        context.getRouteController().stopRoute("continuous");
        assertThat(chain()).containsExactly("1 READY", "2 READY", "3 READY");
    }

    @Test
    @Tag("J4")
    void it_ends_after_so_many_backup_files() throws Exception {
        continuous("interval=none&continuous=1");
        drop(1);
        file();
        drop(2);

        assertThat(files.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(chain()).containsExactly("1 READY");
    }

    @Test
    @Tag("J4")
    @Tag("J16")
    void a_failure_is_told_and_the_next_look_goes_on() throws Exception {
        continuous("interval=none");
        drop(1);
        file();
        drop(3);

        assertThat(file().getMessage().getHeader(SaddlebagHeaders.JOURNAL_SEQUENCE))
                .isEqualTo(3L);
        Eventually.holds(() -> chain().equals(List.of("1 READY", "2 GAP", "3 READY")));
        assertThat(events).extracting(JournalEvent::message).contains(JournalMessage.DOFULLBCK);
    }

    @Test
    @Tag("J27")
    void a_consumer_that_hangs_turns_the_health_check_down_and_up_again() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("journal:ledger?pool=disk&family=nightly&interval=none&stalledAfter=2s")
                        .routeId("continuous")
                        .process(each -> {
                            files.add(each.copy());
                            hangs.await();
                        });
            }
        });
        drop(1);
        file();
        assertThat(health().getState()).isEqualTo(HealthCheck.State.UP);

        drop(2);

        Eventually.holds(() -> health().getState() == HealthCheck.State.DOWN);
        assertThat(health().getMessage().orElseThrow()).contains("journals of ledger have been closed for");
        Eventually.holds(() -> events.stream().anyMatch(each -> each.message() == JournalMessage.JNLSTALL));

        hangs.countDown();
        Eventually.holds(() -> health().getState() == HealthCheck.State.UP);
    }

    private HealthCheck.Result health() {
        return HealthCheckRegistry.get(context)
                .getCheck("saddlebag-journal-ledger")
                .orElseThrow()
                .call();
    }

    @Test
    @Tag("J19")
    void options_of_streams_are_refused_elsewhere() {
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&synchronous=true"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("option 'synchronous' belongs to mode=stream");
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&mode=flow"))
                .hasStackTraceContaining("mode 'flow' is none; valid are backup, stream");
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&mode=stream&sequence=5"))
                .hasStackTraceContaining("mode=stream can't be used with options 'sequence' and 'threshold'");
    }

    @Test
    @Tag("J4")
    void the_template_reads_like_the_guides_command() throws Exception {
        Routes.loadShipped(context, "templates/continuous-journals.yaml");
        TemplatedRouteBuilder.builder(context, "continuous-journals")
                .routeId("ledgers-journals")
                .parameter("journals", "ledger")
                .parameter("pool", "disk")
                .parameter("interval", "1")
                .parameter("until", "01-JUL-2096 16:15:00.00")
                .add();
        drop(7);

        Eventually.holds(() -> chain().equals(List.of("7 READY")));
    }

    @Test
    @Tag("M7")
    @Tag("J3")
    void journals_on_tape_are_protected_and_come_back() throws Exception {
        drop(41);

        ImageLabel label = labelOf(1, "journal:ledger?library=vault");

        assertThat(label.framing()).isEqualTo(new ProtectedFraming(new BlockSize(4096), BlockCheck.AUTODIN_II, 10));
        assertThat(fetched(41)).isEqualTo("entries of 41");
    }

    @Test
    @Tag("M7")
    @Tag("J4")
    void a_route_that_begins_with_journals_protects_them_too_with_the_options_that_it_was_given() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("journal:ledger?library=vault&interval=none&continuous=1&crc=checksum&groupSize=3&blockSize=2k")
                        .routeId("continuous")
                        .process(files::add);
            }
        });
        drop(7);
        file();

        assertThat(label(1).framing()).isEqualTo(new ProtectedFraming(new BlockSize(2048), BlockCheck.CHECKSUM, 3));
        assertThat(fetched(7)).isEqualTo("entries of 7");
    }

    @Test
    @Tag("M7")
    void bare_blocks_are_for_whoever_asks_for_them() throws Exception {
        drop(41);

        assertThat(labelOf(1, "journal:ledger?library=vault&format=old_file").framing())
                .isNull();
        assertThat(fetched(41)).isEqualTo("entries of 41");
    }

    @Test
    @Tag("M7")
    @Tag("J9")
    void a_default_is_in_conflict_with_nothing() throws Exception {
        drop(41);
        drop(42);

        assertThat(labelOf(1, "journal:ledger?library=vault&sequence=41,41&compression=zstd")
                        .framing())
                .isNotNull();
        assertThat(chain()).containsExactly("41 READY");
    }

    private ImageLabel labelOf(int number, String endpoint) throws Exception {
        Exchange done = context.createProducerTemplate().send(endpoint, each -> {});
        assertThat(done.getException()).isNull();
        return label(number);
    }

    /** As it stands on the volume. */
    private ImageLabel label(int number) throws IOException {
        return node.library("vault")
                .volumes()
                .scanVolume(new Target.Tagged(new Barcode("SBG001")))
                .sections()
                .get(number - 1)
                .label();
    }

    /** Read from tape, as a recovery that asks for one journal. */
    private String fetched(long sequence) throws Exception {
        Path to = home.resolve("fetched");
        assertThat(node.journalFetch().fetch("ledger", "redo_" + sequence + ".arc", to))
                .isTrue();
        return Files.readString(to);
    }

    @ParameterizedTest
    @Tag("J9")
    @Tag("M7")
    @CsvSource(
            delimiter = '|',
            value = {
                "library=vault&format=old_file&crc=none   | option 'crc' is 'none' with format=old_file; it only means",
                "library=vault&format=old_file&compression=zstd | 'compression' and 'format=old_file' can't be used",
                "library=vault&format=new_tape&sequence=3 | 'sequence' and 'format=new_tape' can't be used together",
                "library=vault&groupSize=101              | option 'groupSize' is '101'; valid are 0 to 100",
                "library=vault&format=tape                | format 'tape' is none; valid are old_file and new_tape",
                "pool=disk&crc=none&rewind=true           | pool disk is no tape, and has no crc, rewind; leave",
                "pool=disk&owner=jane&density=LTO3        | pool disk is no tape, and has no density; leave",
                "pool=disk&owner=[sales                   | option 'owner' is '[sales'; '[sales' is not an owner",
            })
    void options_of_tapes_are_checked_when_the_route_is_made(String options, String what) {
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?" + options))
                .hasStackTraceContaining(what);
    }

    @Test
    @Tag("J9")
    void conflicts_are_refused_when_the_route_is_made() {
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&sequence=3&threshold=500"))
                .rootCause()
                .hasMessageContaining("'sequence' and 'threshold' can't be used together");
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&library=vault"))
                .rootCause()
                .hasMessageContaining("'pool' or 'library'");
        assertThatThrownBy(() -> context.getEndpoint("journal:ledger?pool=disk&until=noon"))
                .hasStackTraceContaining("until 'noon' is no time");
    }

    @Test
    @Tag("J9")
    @Tag("E3")
    void a_route_that_begins_with_numbered_journals_is_refused_before_it_starts() throws Exception {
        drop(3);

        assertThatThrownBy(() -> continuous("sequence=3"))
                .hasStackTraceContaining("options 'sequence' and 'continuous' can't be used together");
        assertThatThrownBy(() -> continuous("continuous=false&until=16:15"))
                .hasStackTraceContaining("option 'until' belongs to option 'continuous'");
        assertThat(chain()).isEmpty();
        assertThat(context.createProducerTemplate()
                        .send("journal:ledger?pool=disk&sequence=3", each -> {})
                        .getException())
                .isNull();
        assertThat(chain()).containsExactly("3 READY");
    }

    @Test
    @Tag("J19")
    @Tag("E3")
    void a_stream_in_a_step_is_refused_before_the_route_starts() throws Exception {
        drop(3);

        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:stream").to("journal:ledger?pool=disk&mode=stream");
                    }
                }))
                .hasStackTraceContaining(
                        "mode=stream receives for as long as its route runs, and belongs in from; valid in"
                                + " to is mode=backup");
        assertThat(chain()).isEmpty();
    }

    private void continuous(String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("journal:ledger?pool=disk&" + options)
                        .routeId("continuous")
                        .process(files::add);
            }
        });
    }
}
