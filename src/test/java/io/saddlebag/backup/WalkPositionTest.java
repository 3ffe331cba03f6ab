package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D6")
class WalkPositionTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "srv, srv, 0",
        "srv, srv/a, -1",
        "srv/a, srv, 1",
        "srv/a, srv/a, 0",
        "srv/a, srv/b, -1",
        "srv/a/z, srv/b, -1",
        "srv/a/z, srv/a-b, -1",
        "srv/a-b, srv/a/z, 1",
        "srv/a, srv/a/z, -1",
        "srv/ab, srv/a/z, 1",
        "srv/z, srv/\u00e4, -1"
    })
    void folders_come_before_what_is_in_them_and_that_before_their_neighbours(String object, String at, int order) {
        WalkPosition position = new WalkPosition(List.of(Path.of("/srv")), ByteString.of(at));

        assertThat(Integer.signum(position.compare(0, ByteString.of(object)))).isEqualTo(order);
    }

    @Test
    void roots_come_in_their_own_order_and_the_inner_one_counts() {
        List<Path> roots = List.of(Path.of("/z"), Path.of("/"), Path.of("/a"));
        WalkPosition position = new WalkPosition(roots, ByteString.of("a/b"));

        assertThat(position.compare(0, ByteString.of("z/z"))).isNegative();
        assertThat(position.compare(1, ByteString.of("zz"))).isNegative();
        assertThat(position.compare(2, ByteString.of("a"))).isNegative();
        assertThat(position.compare(2, ByteString.of("a/c"))).isPositive();
        assertThat(new WalkPosition(roots, ByteString.of("x")).compare(1, ImageMember.ROOT))
                .isNegative();
    }

    @Test
    void a_place_in_none_of_the_roots_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WalkPosition(List.of(Path.of("/srv")), ByteString.of("srv2/a")));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_order_is_that_of_the_walk(long seed) throws IOException {
        Random random = new Random(seed);
        Path tree = Files.createDirectory(home.resolve("t"));
        for (int i = 0; i < 60; i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(3); depth >= 0; depth--) {
                path.append("/")
                        .append(new String[] {"a", "a-", "a.b", "b", "B", "\u00e4", "a0", " "}[random.nextInt(8)]);
            }
            Files.createDirectories(tree.resolve(path.substring(1)));
        }
        List<FileTree.Root> roots = List.of(new FileTree.Root(tree, tree, Set.of(), Set.of(), null));
        List<ByteString> walked = new ArrayList<>();
        try (FileTree walk = new FileTree(new LocalFiles(new LinuxPosix()), roots)) {
            for (ImageMember member = walk.next(); member != null; member = walk.next()) {
                walked.add(member.path());
            }
        }
        for (int place = 0; place < walked.size(); place++) {
            WalkPosition position = new WalkPosition(List.of(tree), walked.get(place));
            for (int i = 0; i < walked.size(); i++) {
                assertThat(Integer.signum(position.compare(0, walked.get(i))))
                        .as("seed " + seed + ": " + walked.get(i) + " and " + walked.get(place))
                        .isEqualTo(Integer.compare(i, place));
            }
        }
    }
}
