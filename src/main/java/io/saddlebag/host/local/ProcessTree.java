package io.saddlebag.host.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A program and everything it started, also what has lost its parent since or has begun a session of its own.
 *
 * <p>Two ways to find them complement each other: the operating system's parent links, looked at again and again while
 * the program runs, and (on Linux) a mark in the environment, which children inherit and daemons keep. One thread.
 */
final class ProcessTree {
    /** The environment variable that marks the members of a tree. */
    static final String MARK = "SADDLEBAG_PROCESS_TREE";

    /** Processes remembered at most; beyond it only the dead are forgotten, so it bounds nothing that lives. */
    private static final int REMEMBERED = 4096;

    /** Bytes of an environment that are searched for the mark. */
    private static final int ENVIRONMENT_LIMIT = 1 << 20;

    private static final Path PROC = Path.of("/proc");

    private final byte[] mark;
    private final Set<ProcessHandle> members = new LinkedHashSet<>();

    ProcessTree(ProcessHandle root, String markValue) {
        this.mark = (MARK + "=" + markValue + "\0").getBytes(StandardCharsets.US_ASCII);
        members.add(root);
    }

    /** Takes down who belongs to it now by the parent links: cheap enough to be repeated while the program runs. */
    void look() {
        if (members.size() > REMEMBERED) {
            members.removeIf(member -> !isAlive(member));
        }
        Set<ProcessHandle> seen = new LinkedHashSet<>();
        for (ProcessHandle member : members) {
            if (seen.add(member)) { // else it was found below another, and so was everything below it
                try (Stream<ProcessHandle> descendants = member.descendants()) {
                    descendants.forEach(seen::add);
                }
            }
        }
        members.addAll(seen);
    }

    /** As {@link #look()}, and searches every process of the machine for the mark. */
    void lookEverywhere() {
        look();
        if (!Files.isDirectory(PROC)) {
            return;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isMarked(process)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(members::add);
                }
            }
        } catch (IOException e) {
            // then the parent links have to do; whoever is left alive is reported by the caller
            return;
        }
    }

    List<ProcessHandle> alive() {
        return members.stream().filter(ProcessTree::isAlive).toList();
    }

    /** A zombie runs no more; it only waits for a parent that may never ask. */
    private static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    private static boolean isZombie(long pid) {
        Path stat = PROC.resolve(Long.toString(pid)).resolve("stat");
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            // the name in parentheses may hold anything, also parentheses: the state follows the last one (proc(5))
            return text.startsWith(") Z", text.lastIndexOf(')'));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the process, named by its folder in /proc, belongs to a tree, whichever. */
    static boolean isOfAny(Path process) {
        return isMarked(process, (MARK + "=").getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isMarked(Path process) {
        return isMarked(process, mark);
    }

    private static boolean isMarked(Path process, byte[] mark) {
        byte[] environment;
        try (var in = Files.newInputStream(process.resolve("environ"))) {
            environment = in.readNBytes(ENVIRONMENT_LIMIT);
        } catch (IOException e) {
            return false; // gone meanwhile, or another user's: ours are readable
        }
        return contains(environment, mark);
    }

    private static boolean contains(byte[] text, byte[] word) {
        for (int start = 0; start + word.length <= text.length; start++) {
            boolean atBegin = start == 0 || text[start - 1] == 0;
            if (atBegin && Arrays.equals(text, start, start + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }
}
