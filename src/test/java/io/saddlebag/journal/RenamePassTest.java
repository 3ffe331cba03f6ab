package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.image.ImageReader;
import io.saddlebag.media.PoolFile;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals become the backup file as they are (J10). */
@Tag("J10")
class RenamePassTest {
    @TempDir
    Path home;

    private JournalSite site;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private static JournalOptions renaming() {
        Wishes wishes = new Wishes();
        wishes.rename = true;
        return wishes.options();
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private Path inPool(PoolFile file) {
        return home.resolve("pool").resolve(file.path());
    }

    @Test
    void the_journal_is_the_backup_file_and_no_byte_of_it_is_copied() throws Exception {
        site.dropBlocks(1, 40);
        Object before = inode(site.folder.resolve("redo_1.arc"));

        JournalResult result = site.pass(renaming());

        assertThat(result.count()).isEqualTo(1);
        assertThat(site.atSource()).isEmpty();
        Backup backup = site.bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
        assertThat(backup.files()).extracting(PoolFile::section).containsExactly(1, 2, 3);
        Path journal = inPool(backup.files().get(1));
        assertThat(inode(journal)).isEqualTo(before);
        assertThat(Files.getAttribute(journal, "unix:nlink")).isEqualTo(1);
        assertThat(journal).hasContent(site.written.get(1L));
        assertThat(site.stored()).isEqualTo(site.written);
        assertThat(site.chain()).isEqualTo("1 READY");
    }

    @Test
    void several_journals_of_any_length_make_one_image_that_is_its_files_one_behind_the_other() throws Exception {
        long sequence = 1;
        for (int length : List.of(1, 511, 512, 513, 70_000)) {
            site.written.put(sequence++, "j".repeat(length));
        }
        site.drop(1, 2, 3, 4, 5);

        site.pass(renaming());

        assertThat(site.stored()).isEqualTo(site.written);
        Backup last = site.bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
        assertThat(last.files()).hasSize(11);
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        for (PoolFile file : last.files()) {
            Files.copy(inPool(file), image);
        }
        Map<String, Long> members = new TreeMap<>();
        try (ImageReader reader = ImageReader.open(new ByteArrayInputStream(image.toByteArray()))) {
            reader.readAll(member -> members.put(
                    member.member().path().toString(), (long) member.content().readAllBytes().length));
        }
        assertThat(members).containsValue(70_000L);
    }

    @Test
    void a_journal_of_a_long_name_is_found_in_its_image() throws Exception {
        String longName = "redo_" + "0".repeat(150) + "7.arc";
        Files.writeString(site.folder.resolve(longName), "entries");
        Files.setLastModifiedTime(
                site.folder.resolve(longName),
                java.nio.file.attribute.FileTime.from(site.bench.time.instant().minusSeconds(60)));

        site.pass(renaming());

        assertThat(site.content(site.bench.chain().pieces("ledger").get(0))).isEqualTo("entries");
        assertThat(site.atSource()).isEmpty();
    }

    @Test
    void an_empty_journal_is_one_too() throws Exception {
        site.written.put(3L, "");
        site.drop(3, 4);

        site.pass(renaming());

        assertThat(site.stored()).isEqualTo(site.written);
    }

    // ---- refused before anything is touched

    private void assertRefused(JournalSource source, ImageTarget target, JournalOptions options, String... words)
            throws IOException {
        site.drop(1);
        Workbench.Node node = site.bench.node();
        var refused = assertThatThrownBy(() ->
                new JournalBackup(source, node.journalServices(), target, options, JournalListener.DEAF, null).run());
        refused.hasMessageContaining("SBG-X007");
        for (String word : words) {
            refused.hasMessageContaining(word);
        }
        assertThat(site.atSource()).containsExactly("redo_1.arc");
        assertThat(site.bench.log().jobs()).isEmpty();
        assertThat(site.bench.catalog().backups(Catalog.Filter.ALL)).isEmpty();
    }

    @Test
    void to_tape_it_is_refused() throws Exception {
        assertRefused(
                site.source(),
                site.bench.node().target(),
                renaming(),
                "option 'rename' can't be used with library vault",
                "takes copies only");
    }

    @Test
    void from_another_file_system_it_is_refused_with_both_places() throws Exception {
        Path elsewhere = Path.of("/dev/shm");
        Assumptions.assumeTrue(
                Files.isDirectory(elsewhere) && !sameStore(elsewhere, home), "/dev/shm is another file system");
        JournalSource other = new Twin(site.source()) {
            @Override
            public Optional<Path> folder() {
                return Optional.of(elsewhere);
            }
        };
        assertRefused(
                other,
                site.bench.node().poolTarget(),
                renaming(),
                "'rename'",
                "/dev/shm and " + home.resolve("pool") + " are in different file systems");
    }

    private static boolean sameStore(Path one, Path other) throws IOException {
        FileStore store = Files.getFileStore(one);
        return store.equals(Files.getFileStore(other));
    }

    @Test
    void from_a_source_whose_engine_keeps_its_journals_it_is_refused() throws Exception {
        JournalSource other = new Twin(site.source()) {
            @Override
            public Optional<Path> folder() {
                return Optional.empty();
            }
        };
        assertRefused(
                other,
                site.bench.node().poolTarget(),
                renaming(),
                "option 'rename' can't be used with source 'ledger'",
                "for journals in a folder");
    }

    @Test
    void a_pool_that_fails_in_the_middle_leaves_the_journals_where_they_are() throws Exception {
        int failed = 0;
        for (int call = 1; call < 60; call++) {
            site.drop(call);
            int failing = call;
            site.bench.poolFiles = files -> FaultyFiles.failing(files, failing, FileFailureKind.IO_ERROR);
            try {
                site.pass(renaming());
            } catch (IOException e) {
                failed++;
                site.bench.poolFiles = files -> files;
                List<Long> somewhere = new ArrayList<>(site.stored().keySet());
                site.atSource().forEach(name -> somewhere.add(Long.valueOf(name.replaceAll("\\D", ""))));
                assertThat(somewhere).as("call %s", call).containsAll(site.written.keySet());
            }
            site.bench.poolFiles = files -> files;
            site.pass(renaming());
            assertThat(site.stored()).as("call %s", call).isEqualTo(site.written);
            assertThat(site.atSource()).as("call %s", call).isEmpty();
        }
        assertThat(failed).isGreaterThan(10);
    }

    // ---- what is said of it

    @Test
    void options_that_would_copy_are_refused_by_name() {
        Wishes wishes = new Wishes();
        wishes.rename = true;
        wishes.compression = io.saddlebag.image.Compression.ZSTD;
        wishes.format = JournalOptions.Format.NEW_TAPE;

        assertThat(wishes.options().conflicts())
                .containsExactly(
                        "options 'rename' and 'compression' can't be used together",
                        "options 'rename' and 'format=new_tape' can't be used together");
    }
}
