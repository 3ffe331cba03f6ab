package io.saddlebag.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.postgresql.PostgresqlSettings;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/formats/virtual-cartridge.md, tape-labels.md and image.md say is enough: cartridges become a running database
 * with dd, sha256sum, zstd and tar. Only the offsets for dd are computed here, from those pages.
 */
class IndependentToolsIT {
    private static final int RECORD = 80;

    @TempDir
    Path folder;

    /** An object of a tape as virtual-cartridge.md defines it; length 0 is a filemark. */
    private record TapeObject(long offset, int length) {}

    /** A section as tape-labels.md defines it. */
    private record Section(Path cartridge, String volume, List<TapeObject> blocks, String next) {}

    @Test
    @Tag("M4")
    @Tag("M10")
    @Tag("Q11")
    void cartridges_become_a_running_database_with_standard_tools_and_our_format_pages() throws Exception {
        Tool.need("dd", "zstd", "tar", "sha256sum", "diff", "cp");
        try (Site site = Site.in(folder)) {
            site.fill(30_000);
            String rows = site.rows();
            Path home = site.home("home", 6, "6MiB");
            site.server().adapter().stop(Duration.ofMinutes(1), line -> {});
            Path before = folder.resolve("before");
            Tool.run(folder, "cp", "-a", site.dataDirectory().toString(), before.toString());
            site.backUp(home).ok();

            Path image = image(home.resolve("vault"));
            Tool.run(folder, "zstd", "-q", "-t", image.toString());
            Tool.run(folder, "zstd", "-q", "-d", image.toString(), "-o", "image.tar");
            Path target = Files.createDirectory(folder.resolve("target"));
            Tool.run(folder, "tar", "-xpf", "image.tar", "-C", target.toString());
            Tool.run(target, "/bin/sh", "-c", "sha256sum -c --quiet .saddlebag/checksums.*");

            Path data = dataDirectoryIn(target);
            // the server writes this file at each start, and no backup holds it
            Tool.run(
                    folder,
                    "diff",
                    "-r",
                    "--no-dereference",
                    "-x",
                    "postmaster.opts",
                    before.toString(),
                    data.toString());
            site.server().adapter().stop(Duration.ofMinutes(1), line -> {});
            assertThat(rowsOf(site.server().settings(), data)).isEqualTo(rows);
        }
    }

    /** Sections one after another are the image; the last trailer has its SHA-256. */
    private Path image(Path vault) throws Exception {
        TreeMap<String, Section> byVolume = new TreeMap<>();
        try (Stream<Path> files = Files.walk(vault)) {
            for (Path tap :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".tap"))::iterator) {
                Section section = firstSection(tap);
                if (section != null) {
                    byVolume.put(section.volume(), section);
                }
            }
        }
        assertThat(byVolume).as("the image spans volumes").hasSizeGreaterThan(1);
        List<String> continued = byVolume.values().stream().map(Section::next).toList();
        Section part = byVolume.values().stream()
                .filter(section -> !continued.contains(section.volume()))
                .findFirst()
                .orElseThrow();
        Path image = Files.createFile(folder.resolve("image.tar.zst"));
        while (true) {
            for (TapeObject block : part.blocks()) {
                Tool.run(
                        folder,
                        "dd",
                        "status=none",
                        "if=" + part.cartridge(),
                        "of=" + image,
                        "bs=64K",
                        "iflag=skip_bytes,count_bytes,fullblock",
                        "oflag=append",
                        "conv=notrunc",
                        "skip=" + block.offset(),
                        "count=" + block.length());
            }
            if (part.next().isEmpty()) {
                return image;
            }
            part = byVolume.get(part.next());
        }
    }

    private static Section firstSection(Path tap) throws IOException {
        List<TapeObject> objects = objects(tap);
        String volume = "";
        int at = 0;
        while (at < objects.size() && objects.get(at).length() > 0) {
            String label = label(tap, objects.get(at++));
            volume = label.startsWith("UVL1") ? columns(label, 5, 35) : volume;
            if (label.startsWith("UHL2") && columns(label, 77, 80).equals("EOD")) {
                return null;
            }
        }
        List<TapeObject> blocks = new ArrayList<>();
        for (at++; at < objects.size() && objects.get(at).length() > 0; at++) {
            blocks.add(objects.get(at));
        }
        String next = "";
        for (at++; at < objects.size() && objects.get(at).length() > 0; at++) {
            String label = label(tap, objects.get(at));
            next = label.startsWith("UTL4") ? columns(label, 5, 35) : next;
        }
        return blocks.isEmpty() ? null : new Section(tap, volume, blocks, next);
    }

    private static List<TapeObject> objects(Path tap) throws IOException {
        List<TapeObject> objects = new ArrayList<>();
        try (RandomAccessFile file = new RandomAccessFile(tap.toFile(), "r")) {
            long at = 0;
            while (at < file.length()) {
                file.seek(at);
                int length = Integer.reverseBytes(file.readInt());
                objects.add(new TapeObject(at + 4, length));
                at += length == 0 ? 4 : 8L + length + length % 2;
            }
        }
        return objects;
    }

    private static String label(Path tap, TapeObject object) throws IOException {
        assertThat(object.length()).isEqualTo(RECORD);
        try (RandomAccessFile file = new RandomAccessFile(tap.toFile(), "r")) {
            byte[] record = new byte[RECORD];
            file.seek(object.offset());
            file.readFully(record);
            return new String(record, US_ASCII);
        }
    }

    /** Columns are counted from 1. */
    private static String columns(String record, int from, int to) {
        return record.substring(from - 1, to).strip();
    }

    private static Path dataDirectoryIn(Path target) throws IOException {
        try (Stream<Path> all = Files.walk(target)) {
            return all.filter(each -> each.endsWith("global/pg_control"))
                    .findFirst()
                    .orElseThrow()
                    .getParent()
                    .getParent();
        }
    }

    private static String rowsOf(PostgresqlSettings was, Path data) throws Exception {
        PostgresServer.makeReachable(data);
        var settings = new PostgresqlSettings(
                was.name(),
                was.binDirectory(),
                data,
                was.host(),
                was.port(),
                was.user(),
                was.passwordFile(),
                was.runAs(),
                data.resolve("independent.log"),
                List.of(),
                was.maintenanceDatabase(),
                List.of());
        try (PostgresServer server = PostgresServer.on(settings).started()) {
            return server.ask(Site.FINGERPRINT);
        }
    }
}
