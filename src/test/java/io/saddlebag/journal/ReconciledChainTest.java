package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.jdbc.JdbcCatalog;
import io.saddlebag.image.Decryption;
import io.saddlebag.journal.jdbc.JdbcJournalChain;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chain that nobody filled: the catalog has the images, as after an import, or after a death between the two. */
@Tag("J13")
class ReconciledChainTest {
    @TempDir
    Path home;

    private JournalSite site;
    private JdbcStore emptyStore;
    private JournalChain empty;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
        emptyStore = JdbcStore.openSqlite(home.resolve("rebuilt.db"), JdbcCatalog.FAULTS);
        empty = new JdbcJournalChain(emptyStore);
    }

    @AfterEach
    void close() throws IOException {
        emptyStore.close();
        site.close();
    }

    private ReconciledChain reconciled(JournalChain recorded) {
        return new ReconciledChain(recorded, site.bench.catalog(), name -> Optional.of(any -> Optional.empty()));
    }

    private static List<String> shown(List<JournalPiece> pieces) {
        return pieces.stream()
                .map(piece -> piece.id() + " " + piece.state() + " in " + piece.backup())
                .toList();
    }

    private void passes() throws Exception {
        site.drop(1, 2);
        site.pass();
        site.drop(3);
        site.pass();
    }

    @Test
    @Tag("J18")
    void what_images_hold_is_in_it_and_is_recorded_though_the_folder_is_gone() throws Exception {
        passes();
        Files.delete(site.folder);

        assertThat(shown(reconciled(empty).pieces(JournalSite.NAME)))
                .containsExactly("1 PARTIAL in 1", "2 PARTIAL in 1", "3 PARTIAL in 2");

        assertThat(shown(empty.pieces(JournalSite.NAME))).hasSize(3);
        assertThat(empty.pieces(JournalSite.NAME).get(2).sha256())
                .isEqualTo(site.bench.chain().pieces(JournalSite.NAME).get(2).sha256());
    }

    @Test
    void the_other_answers_go_by_all_of_it_too() throws Exception {
        passes();

        assertThat(reconciled(empty).last(JournalSite.NAME)).contains(new JournalId(1, 3));
        assertThat(reconciled(empty).pieces(JournalSite.NAME, new JournalId(1, 2)))
                .hasSize(2);
    }

    @Test
    void an_image_that_comes_into_the_catalog_later_is_found_behind_those_that_are_recorded() throws Exception {
        site.drop(3);
        site.pass();
        ReconciledChain chain = reconciled(empty);
        assertThat(shown(chain.pieces(JournalSite.NAME))).containsExactly("3 PARTIAL in 1");
        empty.record(List.of(JournalPiece.gap(JournalSite.NAME, new JournalId(1, 4))));

        site.drop(4);
        site.pass();

        assertThat(shown(chain.pieces(JournalSite.NAME))).containsExactly("3 PARTIAL in 1", "4 PARTIAL in 2");
    }

    @Test
    void what_is_durable_or_given_up_stays_as_it_is() throws Exception {
        passes();
        JournalChain chain = reconciled(empty);
        for (JournalPiece piece : chain.pieces(JournalSite.NAME)) {
            chain.become(piece, piece.id().sequence() == 3 ? PieceState.BROKEN : PieceState.READY);
        }

        assertThat(shown(chain.pieces(JournalSite.NAME)))
                .containsExactly("1 READY in 1", "2 READY in 1", "3 BROKEN in 2");
    }

    /** The server's own user, who fetches journals, may read only. */
    @Test
    @Tag("J25")
    void who_may_not_record_it_sees_it_all_the_same() throws Exception {
        passes();
        JournalChain readOnly = (JournalChain) Proxy.newProxyInstance(
                JournalChain.class.getClassLoader(), new Class<?>[] {JournalChain.class}, (proxy, method, args) -> {
                    if (method.getName().equals("record")) {
                        throw new IOException("attempt to write a readonly database");
                    }
                    try {
                        return method.invoke(empty, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });

        assertThat(shown(reconciled(readOnly).pieces(JournalSite.NAME)))
                .containsExactly("1 PARTIAL in 1", "2 PARTIAL in 1", "3 PARTIAL in 2");
    }

    @Test
    void places_in_the_log_are_known_without_the_source() throws Exception {
        Catalog catalog = site.bench.catalog();
        passes();

        JournalPiece third = new ReconciledChain(empty, catalog, name -> Optional.of(new SegmentNaming(1 << 20)))
                .pieces(JournalSite.NAME)
                .get(2);

        assertThat(List.of(third.first(), third.end())).containsExactly(3L << 20, 4L << 20);
    }

    @Test
    void of_journals_that_are_not_configured_nothing_is_recorded() throws Exception {
        passes();

        assertThat(new ReconciledChain(empty, site.bench.catalog(), name -> Optional.empty()).pieces(JournalSite.NAME))
                .isEmpty();
    }

    /** Before it answered "there is none", on which a server opens with less. */
    @Test
    @Tag("J25")
    @Tag("R11")
    void a_journal_is_fetched_from_an_image_that_nobody_recorded() throws Exception {
        passes();
        Path to = home.resolve("RECOVERYXLOG");
        var node = site.bench.node();
        JournalServices services = new JournalServices(
                node.journalServices().backups(),
                site.bench.catalog(),
                reconciled(empty),
                site.bench.time,
                site.bench.time);
        Journals journals = new Journals() {
            @Override
            public Set<String> names() {
                return Set.of(JournalSite.NAME);
            }

            @Override
            public JournalSource source(String name) {
                return site.source();
            }

            @Override
            public JournalServices services() {
                return services;
            }
        };
        Files.delete(site.folder);

        boolean there = new JournalFetch(
                        journals,
                        backup -> node.pool.read(backup.files()),
                        site.bench.files,
                        Decryption.NONE,
                        Runnable::run)
                .fetch(JournalSite.NAME, JournalSite.fileName(2), to);

        assertThat(there).isTrue();
        assertThat(to).hasContent("entries of journal 2");
    }

    /** A catalog from yesterday, today's images imported, and journals at the source that follow those. */
    @Test
    @Tag("J16")
    void a_pass_finds_no_gap_where_an_image_was_imported_while_it_looked() throws Exception {
        site.drop(1);
        site.pass();
        site.drop(2);
        site.pass();
        site.drop(3);
        JournalChain recorded = site.bench.chain();
        List<JournalPiece> first = recorded.pieces(JournalSite.NAME).subList(0, 1);
        empty.record(first);
        Catalog catalog = site.bench.catalog();
        var imported = new AtomicBoolean();
        Catalog late = (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, args) -> {
                    if (method.getName().equals("completeOf") && imported.compareAndSet(false, true)) {
                        return List.of(first.get(0).backup());
                    }
                    try {
                        return method.invoke(catalog, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        ReconciledChain chain = new ReconciledChain(empty, late, name -> Optional.of(any -> Optional.empty()));
        var node = site.bench.node();
        JournalServices services =
                new JournalServices(node.journalServices().backups(), catalog, chain, site.bench.time, site.bench.time);

        JournalResult result = new JournalBackup(
                        site.source(), services, node.poolTarget(), JournalOptions.DEFAULT, JournalListener.DEAF, null)
                .run();

        assertThat(result.sequence()).isEqualTo(3);
        assertThat(shown(empty.pieces(JournalSite.NAME)))
                .containsExactly("1 READY in 1", "2 PARTIAL in 2", "3 READY in 3");
    }
}
