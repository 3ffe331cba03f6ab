package io.saddlebag.restore;

import io.saddlebag.backup.BackupRun;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.SuppliedImage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Content;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Overlap;
import io.saddlebag.workbench.Increment;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes backups of database {@code orders} as a server would hand them over: of everything, or on top of another one. Of a state it has
 * each file by its path below the first folder of the database, folders with a slash at their end.
 */
final class DatabaseChain {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String LABEL = "START WAL LOCATION: 0/%d000028\nSTART TIMELINE: 1\n";

    private final Workbench bench;
    private final Workbench.Node node;
    private int made;

    DatabaseChain(Workbench bench, Workbench.Node node) {
        this.bench = bench;
        this.node = node;
    }

    /** What a restore of that backup has to come to. */
    record State(SortedMap<String, byte[]> files, String label) {
        /** With the label, and drawn where it is blocks. */
        Map<String, String> drawn() {
            Map<String, String> drawn = new TreeMap<>();
            files.forEach((path, content) -> drawn.put(path, draw(content)));
            drawn.put("backup_label", label);
            return drawn;
        }
    }

    static String draw(byte[] content) {
        return content.length % Increment.BLOCK == 0
                ? Increment.drawing(content)
                : new String(content, StandardCharsets.ISO_8859_1);
    }

    /** Of what is in a folder, as {@link State#drawn}. */
    static Map<String, String> drawn(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path each : all.filter(path -> !path.equals(root)).toList()) {
                    String name = root.relativize(each).toString();
                    boolean folder = Files.isDirectory(each);
                    found.put(folder ? name + "/" : name, folder ? "" : draw(Files.readAllBytes(each)));
                }
            }
        }
        return found;
    }

    static SortedMap<String, byte[]> files(Map<String, String> drawings) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        drawings.forEach((path, drawing) -> files.put(path, Increment.blocks(drawing)));
        return files;
    }

    Backup full(SortedMap<String, byte[]> files) throws Exception {
        return full(files, node.poolTarget());
    }

    Backup full(SortedMap<String, byte[]> files, ImageTarget target) throws Exception {
        return image(null, files, members(files, ""), target);
    }

    /** On top of that one: files whole, or as {@code INCREMENTAL.} ones, as they are given. */
    Backup onTop(Backup parent, SortedMap<String, byte[]> members) throws Exception {
        return onTop(parent, members, node.poolTarget());
    }

    Backup onTop(Backup parent, SortedMap<String, byte[]> members, ImageTarget target) throws Exception {
        return image(
                parent,
                members,
                members(members, "INCREMENTAL FROM LSN: 0/1000028\nINCREMENTAL FROM TLI: 1\n"),
                target);
    }

    /** The label that a restore of the newest backup has. */
    String label() {
        return String.format(LABEL, made);
    }

    /** What a server could hand over of a state on top of another one. */
    static SortedMap<String, byte[]> between(
            SortedMap<String, byte[]> older, SortedMap<String, byte[]> newer, Random random) {
        SortedMap<String, byte[]> members = new TreeMap<>();
        newer.forEach((path, content) -> {
            byte[] had = older.get(path);
            if (path.endsWith("/") || had == null || random.nextInt(4) == 0) {
                members.put(path, content);
            } else {
                int nameAt = path.lastIndexOf('/') + 1;
                members.put(
                        path.substring(0, nameAt) + "INCREMENTAL." + path.substring(nameAt),
                        Increment.between(had, content, random));
            }
        });
        return members;
    }

    private List<ImageMember> members(SortedMap<String, byte[]> files, String parent) {
        made++;
        Instant at = BEGIN.plus(Duration.ofMinutes(made));
        List<ImageMember> members = new ArrayList<>();
        for (Path root : List.of(bench.data, bench.journal)) {
            members.add(ImageMember.directory(ImageMember.pathOf(root.toString()), attributes(0700, at)));
        }
        Set<String> folders = new HashSet<>();
        files.forEach((path, content) -> {
            if (path.endsWith("/")) {
                folder(members, folders, path, at);
                return;
            }
            for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                folder(members, folders, path.substring(0, slash + 1), at);
            }
            members.add(file(bench.data.resolve(path), content, at));
        });
        byte[] label = (String.format(LABEL, made) + parent).getBytes(StandardCharsets.ISO_8859_1);
        members.add(file(bench.data.resolve("backup_label"), label, at));
        members.add(file(bench.data.resolve("backup_manifest"), new byte[] {'m'}, at));
        members.add(file(bench.journal.resolve("segment" + made), new byte[] {'j'}, at));
        return members;
    }

    private void folder(List<ImageMember> members, Set<String> known, String path, Instant at) {
        if (known.add(path)) {
            members.add(ImageMember.directory(
                    ImageMember.pathOf(bench.data.resolve(path).toString()), attributes(0750, at)));
        }
    }

    private static ImageMember file(Path path, byte[] content, Instant at) {
        ByteString name = ImageMember.pathOf(path.toString());
        return ImageMember.file(name, attributes(0640, at), content.length, Content.of(content));
    }

    private static MemberAttributes attributes(int mode, Instant at) {
        return MemberAttributes.of(mode, Owner.ROOT, MemberTimes.modified(at));
    }

    private Backup image(
            @Nullable Backup parent, SortedMap<String, byte[]> files, List<ImageMember> members, ImageTarget target)
            throws Exception {
        Map<String, String> facts = new TreeMap<>(Map.of(
                "roots", bench.data + "\n" + bench.journal, "method", "stream", "level", parent == null ? "0" : "10"));
        if (parent != null) {
            facts.put("parent", parent.about().imageId());
        }
        BackupRun run = node.backups
                .begin("stream orders", null, Overlap.WAIT, Map.of())
                .orElseThrow();
        Backup backup = run.store(
                run.supplied(new SuppliedImage(
                        "image-" + made,
                        "orders",
                        "orders",
                        BEGIN.plus(Duration.ofMinutes(made)),
                        facts,
                        Compression.NONE,
                        Encryption.NONE,
                        () -> ImageSource.of(members))),
                target);
        Job ended = run.end(null);
        if (ended.state() != JobState.COMPLETED) {
            throw new AssertionError(files.keySet() + ": " + ended.cause());
        }
        return backup;
    }
}
