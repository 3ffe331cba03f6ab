package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.WrittenMember;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies as a server sends them, message by message, and what is wrong with others. */
class SentObjectsTest {
    private static final String SYSTEM = "77";
    private static final List<String> SPACE = List.of("PG_18/5/1");
    private static final List<String> DATA =
            List.of("backup_label", "base/", "base/1", "pg_tblspc/", "pg_wal/", "pg_wal/000000010000000000000002");
    private static final List<String> LISTED = List.of("pg_tblspc/16384/PG_18/5/1", "backup_label", "base/1");

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(sent);
    private final List<String> said = new ArrayList<>();
    private final List<String> came = new ArrayList<>();
    private final List<DatabaseComponent> components = new ArrayList<>();
    private Path data = Path.of("/srv/data");

    @BeforeEach
    void begin() throws IOException {
        components.add(new DatabaseComponent("tablespace 16384", Kind.TABLESPACE, Path.of("/real/space"), List.of()));
        message('T', "");
        row("0/2000028", "1");
        message('C', "SELECT\0");
        message('T', "");
        row("16384", "/srv/space", "");
        row("", "", "");
        message('C', "SELECT\0");
        message('H', "\0\0\0");
    }

    @Test
    @Tag("R12")
    void a_whole_copy_comes_with_all_names_of_the_source() throws Exception {
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        manifest(LISTED);
        message('N', "SWARNING\0Mskipping special file\0\0");
        end();

        read();

        assertThat(came)
                .containsExactly(
                        "FILE real/space/PG_18/5/1",
                        "FILE srv/data/backup_label",
                        "DIRECTORY srv/data/base",
                        "FILE srv/data/base/1",
                        "DIRECTORY srv/data/pg_tblspc",
                        "SYMBOLIC_LINK srv/data/pg_tblspc/16384 -> /srv/space",
                        "DIRECTORY srv/data/pg_wal",
                        "FILE srv/data/pg_wal/000000010000000000000002",
                        "FILE srv/data/backup_manifest");
        assertThat(said).containsExactly("the server says: WARNING: skipping special file");
    }

    @Test
    @Tag("R12")
    void journals_elsewhere_come_back_there_and_the_link_to_them(@TempDir Path folder) throws Exception {
        data = Files.createDirectory(folder.resolve("data"));
        Path journals = Files.createDirectory(folder.resolve("journals"));
        Files.createSymbolicLink(data.resolve("pg_wal"), Path.of("../journals"));
        components.add(new DatabaseComponent("journal", Kind.JOURNAL, journals, List.of()));
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        manifest(LISTED);
        end();

        read();

        String at = folder.toString().substring(1);
        assertThat(came)
                .contains(
                        "SYMBOLIC_LINK " + at + "/data/pg_wal -> ../journals",
                        "FILE " + at + "/journals/000000010000000000000002")
                .noneMatch(each -> each.contains("data/pg_wal/"));
    }

    @Test
    @Tag("R12")
    void a_tablespace_that_is_no_folder_of_its_own_is_refused_before_anything_comes() {
        components.clear();

        refused(DatabaseFault.BACKUP_MODE_FAILED, "tablespace 16384 of database orders has no folder");
    }

    @Test
    @Tag("R12")
    void a_manifest_that_does_not_come_is_missed() throws Exception {
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        end();

        refused(DatabaseFault.NOT_AS_SENT, "there is no manifest");
    }

    @Test
    @Tag("R12")
    void a_manifest_of_other_contents_is_told_before_it_is_handed_over() throws Exception {
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        data('m', new byte[0]);
        data(
                'd',
                ManifestText.of(SYSTEM, LISTED)
                        .replace(ManifestText.checksum("base/1"), "00".repeat(32))
                        .getBytes(StandardCharsets.UTF_8));
        end();

        refused(DatabaseFault.NOT_AS_SENT, "its manifest has the checksum");
        assertThat(came).noneMatch(each -> each.contains("backup_manifest"));
    }

    @Test
    @Tag("R12")
    void a_file_that_was_changed_on_the_way_is_told() throws Exception {
        tar("16384.tar", SPACE);
        byte[] tar = tarOf(DATA);
        // the first byte of the label
        tar[512] ^= 1;
        archive("base.tar", tar);
        manifest(LISTED);
        end();

        refused(DatabaseFault.NOT_AS_SENT, "backup_label came with 12 bytes and checksum");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "base/../../x"})
    @Tag("R12")
    void a_name_that_leads_elsewhere_ends_it(String name) throws Exception {
        tar("16384.tar", List.of(name));

        refused(DatabaseFault.NOT_AS_SENT, "16384.tar: the member at byte 0");
        assertThat(came).isEmpty();
    }

    @Test
    @Tag("R12")
    void nothing_but_files_and_folders_is_taken() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512)) {
            TarArchiveEntry link = new TarArchiveEntry("base", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("/etc");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        archive("16384.tar", bytes.toByteArray());

        refused(DatabaseFault.NOT_AS_SENT, "16384.tar has base, a SYMBOLIC_LINK");
    }

    @Test
    @Tag("R12")
    void tars_in_another_order_or_unannounced_end_it() throws Exception {
        tar("base.tar", DATA);

        refused(DatabaseFault.NOT_AS_SENT, "the data directory comes before tablespaces [16384]");
    }

    @Test
    @Tag("R12")
    void a_tar_that_was_not_announced_ends_it() throws Exception {
        tar("16385.tar", SPACE);

        refused(DatabaseFault.NOT_AS_SENT, "16385.tar comes, which wasn't announced");
    }

    @Test
    @Tag("R12")
    void a_tablespace_that_does_not_come_is_missed() throws Exception {
        tar("16384.tar", SPACE);
        manifest(LISTED.subList(0, 1));

        refused(DatabaseFault.NOT_AS_SENT, "the data directory didn't come");
    }

    @Test
    @Tag("R12")
    void a_tar_that_ends_early_ends_it() throws Exception {
        archive("16384.tar", Arrays.copyOf(tarOf(SPACE), 1024));
        tar("base.tar", DATA);

        refused(DatabaseFault.NOT_AS_SENT, "16384.tar: the image ends at byte 1024");
    }

    @Test
    @Tag("R12")
    void a_connection_that_ends_is_told_wherever_it_ends() throws Exception {
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        manifest(LISTED);
        end();
        byte[] whole = sent.toByteArray();
        int begun = begun(whole);

        for (int length = begun; length < whole.length; length += 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            came.clear();
            assertThatThrownBy(() -> read(cut))
                    .as("cut to " + length)
                    .satisfies(e -> assertThat(((BackupException) e).is(DatabaseFault.BACKUP_MODE_LOST))
                            .isTrue());
        }
    }

    @Test
    @Tag("R12")
    void what_the_server_says_instead_is_told() throws Exception {
        tar("16384.tar", SPACE);
        message('E', "SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");

        refused(DatabaseFault.BACKUP_MODE_LOST, "terminating connection due to administrator command");
    }

    @Test
    @Tag("R12")
    void pages_with_wrong_checksums_are_told_at_the_very_end() throws Exception {
        tar("16384.tar", SPACE);
        tar("base.tar", DATA);
        manifest(LISTED);
        message('c', "");
        message('E', "SERROR\0CXX001\0Mchecksum verification failure during base backup\0\0");
        message('Z', "I");

        refused(DatabaseFault.BACKUP_MODE_LOST, "checksum verification failure during base backup");
    }

    private void refused(DatabaseFault fault, String why) {
        assertThatThrownBy(this::read)
                .hasMessageContaining(why)
                .satisfies(e -> assertThat(((BackupException) e).is(fault)).isTrue());
    }

    /** Where the first tar is announced. */
    private static int begun(byte[] whole) {
        int at = 0;
        while (whole[at] != 'd') {
            at += 1 + java.nio.ByteBuffer.wrap(whole, at + 1, 4).getInt();
        }
        return at;
    }

    private void read() throws Exception {
        read(sent.toByteArray());
    }

    private void read(byte[] bytes) throws Exception {
        BaseBackup backup = new BaseBackup(
                "orders",
                new ReplicationWire(new Recorded(bytes)),
                new SystemWaiter(),
                Duration.ofSeconds(5),
                said::add);
        backup.begin("BASE_BACKUP");
        SentPlaces places = new SentPlaces("orders", data, components, backup.tablespaces());
        try (BackupManifest manifest = BackupManifest.open()) {
            SentObjects objects = new SentObjects(backup, places, manifest, SYSTEM);
            for (ImageMember each = objects.next(); each != null; each = objects.next()) {
                came.add(each.type() + " " + each.path() + (each.link() == null ? "" : " -> " + each.link()));
                if (each.type() == MemberType.FILE) {
                    byte[] content = each.content().open().readAllBytes();
                    objects.taken(new WrittenMember(
                            each,
                            0,
                            HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(content))));
                }
            }
            assertThat(objects.isOver()).isTrue();
            assertThat(backup.end()).containsExactly("0/2000120", "1");
        }
    }

    private void tar(String name, List<String> paths) throws IOException {
        archive(name, tarOf(paths));
    }

    private void archive(String name, byte[] tar) throws IOException {
        data('n', (name + "\0\0").getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at < tar.length; at += 700) {
            data('d', Arrays.copyOfRange(tar, at, Math.min(tar.length, at + 700)));
            data('p', new byte[8]);
        }
    }

    private static byte[] tarOf(List<String> paths) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512)) {
            for (String path : paths) {
                TarArchiveEntry entry = new TarArchiveEntry(path, true);
                byte[] content = path.endsWith("/") ? new byte[0] : ManifestText.content(manifestPath(path));
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String manifestPath(String path) {
        return path.startsWith("PG_18") ? "pg_tblspc/16384/" + path : path;
    }

    private void manifest(List<String> paths) throws IOException {
        data('m', new byte[0]);
        data('d', ManifestText.of(SYSTEM, paths).getBytes(StandardCharsets.UTF_8));
    }

    private void end() throws IOException {
        message('c', "");
        message('T', "");
        row("0/2000120", "1");
        message('C', "SELECT\0");
        message('C', "BASE_BACKUP\0");
        message('Z', "I");
    }

    private void data(char kind, byte[] content) throws IOException {
        byte[] body = new byte[content.length + 1];
        body[0] = (byte) kind;
        System.arraycopy(content, 0, body, 1, content.length);
        message('d', body);
    }

    private void row(String... columns) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream row = new DataOutputStream(bytes);
        row.writeShort(columns.length);
        for (String each : columns) {
            row.writeInt(each.isEmpty() ? -1 : each.length());
            row.writeBytes(each);
        }
        message('D', bytes.toByteArray());
    }

    private void message(char type, String body) throws IOException {
        message(type, body.getBytes(StandardCharsets.UTF_8));
    }

    private void message(char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(Integer.BYTES + body.length);
        out.write(body);
    }

    /** A server that has said all that it will ever say. */
    private static final class Recorded extends Socket {
        private final InputStream in;

        Recorded(byte[] bytes) {
            this.in = new ByteArrayInputStream(bytes);
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public synchronized void setSoTimeout(int timeout) {
            // it never waits
        }
    }
}
