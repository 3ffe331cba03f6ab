package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberType;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("M28")
final class DealtMembersTest {
    @TempDir
    Path tree;

    private DealtMembers deal(int lanes) {
        return new DealtMembers(
                new FileTree(
                        new LocalFiles(new LinuxPosix()),
                        List.of(new FileTree.Root(tree, tree, Set.of(), Set.of(), null))),
                lanes);
    }

    @Test
    void whoever_asks_gets_the_next_file_and_the_first_lane_gets_the_folders() throws Exception {
        Files.writeString(tree.resolve("a"), "1");
        Files.writeString(tree.resolve("b"), "2");
        Files.createDirectory(tree.resolve("c"));
        DealtMembers dealt = deal(2);
        ImageSource first = dealt.lane(0);
        ImageSource second = dealt.lane(1);

        assertThat(name(second.next())).isEqualTo("a");
        assertThat(name(first.next())).isEqualTo(tree.getFileName().toString());
        assertThat(name(first.next())).isEqualTo("b");
        assertThat(second.next()).isNull();
        assertThat(name(first.next())).isEqualTo("c");
        assertThat(first.next()).isNull();
    }

    @Test
    @Tag("D3")
    void further_names_of_a_file_go_where_the_file_is() throws Exception {
        Files.writeString(tree.resolve("a"), "1");
        Files.createLink(tree.resolve("b"), tree.resolve("a"));
        Files.createLink(tree.resolve("c"), tree.resolve("a"));
        DealtMembers dealt = deal(2);
        ImageSource second = dealt.lane(1);
        ImageSource first = dealt.lane(0);

        assertThat(name(second.next())).isEqualTo("a");
        assertThat(name(first.next())).isEqualTo(tree.getFileName().toString());
        assertThat(first.next()).isNull();
        assertThat(name(second.next())).isEqualTo("b");
        assertThat(name(second.next())).isEqualTo("c");
        assertThat(second.next()).isNull();
    }

    @Test
    @Tag("D4")
    void a_file_whose_first_name_went_comes_under_its_next_one_in_the_same_lane() throws Exception {
        Files.writeString(tree.resolve("a"), "1");
        Files.createLink(tree.resolve("b"), tree.resolve("a"));
        Files.createLink(tree.resolve("c"), tree.resolve("a"));
        DealtMembers dealt = deal(2);
        ImageSource second = dealt.lane(1);
        ImageSource first = dealt.lane(0);
        ImageMember a = second.next();
        assertThat(name(first.next())).isEqualTo(tree.getFileName().toString());
        assertThat(first.next()).as("the others wait for the second lane").isNull();
        Files.delete(tree.resolve("a"));

        assertThatThrownBy(() -> a.content().open()).isInstanceOf(NoSuchFileException.class);

        ImageMember b = second.next();
        assertThat(b.type()).isEqualTo(MemberType.FILE);
        assertThat(b.content().open().readAllBytes()).asString().isEqualTo("1");
        ImageMember c = second.next();
        assertThat(c.type()).isEqualTo(MemberType.HARD_LINK);
        assertThat(c.link()).isEqualTo(b.path());
        assertThat(second.next()).isNull();
    }

    @Test
    @Tag("Q9")
    void a_lane_waits_rather_than_keep_ever_more_for_one_that_is_slow() throws Exception {
        for (int i = 0; i <= DealtMembers.MOST_KEPT; i++) {
            Files.createDirectory(tree.resolve("d" + i));
        }
        Files.writeString(tree.resolve("z"), "1");
        DealtMembers dealt = deal(2);
        ImageSource slow = dealt.lane(0);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<List<String>> quick = other.submit(() -> names(dealt.lane(1)));
            List<String> folders = names(slow);
            assertThat(folders).hasSize(DealtMembers.MOST_KEPT + 2 + (folders.contains("z") ? 1 : 0));
            assertThat(quick.get(1, TimeUnit.MINUTES)).hasSize(folders.contains("z") ? 0 : 1);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void a_lane_that_is_given_up_ends_the_others() throws Exception {
        for (int i = 0; i <= DealtMembers.MOST_KEPT; i++) {
            Files.createDirectory(tree.resolve("d" + i));
        }
        DealtMembers dealt = deal(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<List<String>> quick = other.submit(() -> names(dealt.lane(1)));
            dealt.lane(0).close();
            assertThatThrownBy(() -> quick.get(1, TimeUnit.MINUTES))
                    .isInstanceOf(ExecutionException.class)
                    .hasStackTraceContaining("another lane of the image was given up");
        } finally {
            other.shutdownNow();
        }
    }

    private static List<String> names(ImageSource lane) throws IOException {
        List<String> names = new ArrayList<>();
        for (ImageMember member = lane.next(); member != null; member = lane.next()) {
            names.add(name(member));
        }
        return names;
    }

    private static String name(ImageMember member) {
        return String.valueOf(Path.of(member.absolutePath()).getFileName());
    }
}
