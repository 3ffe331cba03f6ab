package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberType;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends a backup mode is asked for when all files have been read, however far others are read ahead. */
@Tag("W6")
final class LateFilesTest {
    private final HostFiles files = new LocalFiles(new LinuxPosix());

    @TempDir
    Path home;

    @Test
    void files_are_read_before_those_that_come_last_of_all() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(home.resolve(name), "of " + name);
        }
        LateFiles late = new LateFiles() {
            @Override
            public List<LateFile> files() throws IOException {
                // backup mode has ended: nothing is as it was
                for (String name : List.of("a", "b", "c")) {
                    Files.delete(home.resolve(name));
                }
                return List.of();
            }

            @Override
            public boolean comeLastOfAll() {
                return true;
            }
        };
        SourceMembers members = SourceMembers.ofDatabases(
                files,
                List.of(new FileTree.Root(home, home, Set.of(), Set.of(), null)),
                late,
                CatalogFiller.Damage.IS_FATAL,
                never -> {});

        assertThat(contents(members.all())).containsExactly("of a", "of b", "of c");
    }

    private static List<String> contents(ImageSource source) throws IOException {
        List<String> contents = new ArrayList<>();
        try (source) {
            for (ImageMember member = source.next(); member != null; member = source.next()) {
                if (member.type() == MemberType.FILE) {
                    try (InputStream content = member.content().open()) {
                        contents.add(new String(content.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return contents;
    }
}
