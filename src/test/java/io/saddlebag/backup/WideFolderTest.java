package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.CatalogState;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.catalog.StateObject;
import io.saddlebag.catalog.StatePage;
import io.saddlebag.host.DeviceNumber;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileOwner;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.FileTimes;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberType;
import io.saddlebag.store.jdbc.ChildJvm;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An incremental backup of one folder with more in it than its process has memory for. */
@Tag("Q9")
@Tag("D2")
class WideFolderTest {
    /** What a catalog knows of them takes some 50 MiB. */
    private static final int NAMES = 100_000;

    private static final int HEAP_MEBIBYTES = 28;

    @TempDir
    Path home;

    @Test
    void what_is_known_of_a_folder_is_never_in_memory_as_a_whole() throws Exception {
        Path output = home.resolve("output");
        try (ChildJvm child = ChildJvm.start(output, HEAP_MEBIBYTES, Incremental.class)) {
            int exit = child.awaitExit();

            // every 1000th has changed, every 1001st is gone, every 1002nd is new
            assertThat(child.lines()).containsExactly("DELETED 99", "DIRECTORY 1", "FILE 199");
            assertThat(exit).isZero();
        }
    }

    /** The other process: files and catalog are made up as they are asked for. */
    static final class Incremental {
        private static final Path FOLDER = Path.of("/wide");
        private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
        private static final Instant LATER = THEN.plusSeconds(86_400);

        private Incremental() {}

        public static void main(String[] none) throws IOException {
            HostFiles files = (HostFiles) Proxy.newProxyInstance(
                    HostFiles.class.getClassLoader(),
                    new Class<?>[] {HostFiles.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "list" -> new Listed();
                        case "status" -> status((Path) arguments[0]);
                        case "attributes" -> Map.of();
                        case "flags" -> Set.of();
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
            List<FileTree.Root> roots = List.of(new FileTree.Root(FOLDER, FOLDER, Set.of(), Set.of(), null));
            Fingerprints prints =
                    new Fingerprints(files, Clock.systemUTC(), LATER.plusSeconds(60), Fingerprints.Views.ARE_THE_FILES);
            Map<MemberType, Integer> counts = new EnumMap<>(MemberType.class);
            try (FileTree tree =
                    new FileTree(files, roots, prints, new TreeChanges(new State(), roots), LateFiles.NONE, null)) {
                for (ImageMember each = tree.next(); each != null; each = tree.next()) {
                    counts.merge(each.type(), 1, Integer::sum);
                }
            }
            for (String type : List.of("DELETED", "DIRECTORY", "FILE")) {
                System.out.println(type + " " + counts.getOrDefault(MemberType.valueOf(type), 0));
            }
        }

        private static String name(int number) {
            return "a name of some length " + (100_000_000 + number);
        }

        private static int number(String name) {
            return Integer.parseInt(name.substring(name.length() - 9)) - 100_000_000;
        }

        private static boolean isIt(int number, int every) {
            return number % every == every - 1;
        }

        private static FileStatus status(Path path) {
            boolean folder = path.equals(FOLDER);
            int number = folder ? 0 : number(path.toString());
            Instant changed = !folder && isIt(number, 1000) ? LATER : THEN;
            return new FileStatus(
                    folder ? FileKind.FOLDER : FileKind.REGULAR,
                    0,
                    0644,
                    new FileOwner(1, 1, "user", "group"),
                    new FileTimes(THEN, THEN, changed),
                    new FileKey(1, 2 + number),
                    1,
                    DeviceNumber.NONE,
                    null);
        }

        /** What is there now. */
        private static final class Listed extends AbstractList<Path> {
            private final int[] numbers;

            Listed() {
                numbers = IntStream.range(0, NAMES)
                        .filter(each -> !isIt(each, 1001))
                        .toArray();
            }

            @Override
            public Path get(int index) {
                return FOLDER.resolve(name(numbers[index]));
            }

            @Override
            public int size() {
                return numbers.length;
            }
        }

        /** What was there then. */
        private static final class State implements CatalogState {
            @Override
            public StatePage folder(String folder, String from, int atMost) {
                if (!folder.equals(FOLDER + "/")) {
                    return new StatePage(List.of(), null);
                }
                List<StateObject> objects = new ArrayList<>();
                for (int i = from.isEmpty() ? 0 : number(from); i < NAMES; i++) {
                    if (objects.size() == atMost) {
                        return new StatePage(objects, name(i));
                    }
                    if (!isIt(i, 1002)) {
                        objects.add(new StateObject(new BackupId(1), entry(i)));
                    }
                }
                return new StatePage(objects, null);
            }

            private static ObjectEntry entry(int number) {
                String sha256 = "0123456".repeat(8) + (10_000_000 + number);
                return new ObjectEntry(
                        FOLDER + "/" + name(number), 'f', 0644, 1, 1, 0, THEN, null, sha256, number, THEN, 2 + number);
            }

            @Override
            public Map<BackupId, Share> shares(String path) {
                return Map.of();
            }
        }
    }
}
