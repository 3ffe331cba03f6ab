package io.saddlebag.cli;

import io.saddlebag.node.Node;
import io.saddlebag.restore.DirectRestore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the command line is given by the program that starts it.
 *
 * @param out for results
 * @param err for errors and progress
 * @param terminal where {@code err} goes and answers come from
 * @param user the name of the operating-system user, for job names (S2)
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        Terminal terminal,
        String user,
        NodeOpener nodes,
        Service service,
        Checks checks,
        Direct direct,
        Pipes pipes) {
    /** Bytes that come from and go to other programs, for pieces (M26). Whoever uses them leaves them open; output isn't kept back. */
    public interface Pipes {
        /** Standard input. */
        InputStream in();

        /** Standard output, for what is no text. */
        OutputStream out();
    }

    /** Restores image files without a node (C6). */
    public interface Direct {
        /** @param image {@code -} for standard input */
        InputStream open(Path image) throws IOException;

        /** As {@link DirectRestore#restore}. */
        long restore(InputStream stored, DirectRestore.Order order, DirectRestore.Remarks remarks) throws IOException;
    }

    /** The person who runs the command, if one is there. */
    public interface Terminal {
        /** Nobody is there. */
        Terminal NONE = new Terminal() {
            @Override
            public boolean watches() {
                return false;
            }

            @Override
            public boolean answers() {
                return false;
            }

            @Override
            public Optional<String> typed() {
                return Optional.empty();
            }
        };

        /** Somebody sees {@code err}. */
        boolean watches();

        /** Somebody sees {@code err} and can type. */
        boolean answers();

        /**
         * What somebody types without being seen, after a prompt. The caller overwrites it.
         *
         * @return null when nobody is there to type
         */
        default char @Nullable [] secret(String prompt) {
            return null;
        }

        /** The next line that was typed; empty when there is none yet. Never waits for one. */
        Optional<String> typed() throws IOException;
    }

    /** What a node is opened for. */
    public enum Purpose {
        /** To look at it: what dead processes left stays as it is. */
        LOOK,
        /** To work with it: what dead processes left is put right first. */
        WORK
    }

    /** Opens the node whose home folder this is. */
    public interface NodeOpener {
        Node open(Path home, Purpose purpose) throws IOException, InterruptedException;
    }

    /** Runs the routes until it is told to end. */
    public interface Service {
        /** @return the process's exit code */
        int run(Path home, Path routes) throws Exception;
    }

    /** Checks that need no running node. */
    public interface Checks {
        List<Finding> lint(Path home, List<Path> routes) throws IOException;

        List<Finding> doctor(Path home) throws IOException;
    }

    /**
     * One thing that a check has seen.
     *
     * @param level {@code ok}, {@code warning} or {@code error}
     * @param place file:line, or what was looked at
     */
    public record Finding(String level, String place, String message, String hint) {
        boolean isError() {
            return level.equals("error");
        }
    }
}
