package io.saddlebag.cli;

import io.saddlebag.node.Node;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * What the command line is given by the program that starts it.
 *
 * @param out for results
 * @param err for errors and progress
 * @param terminal a person is watching {@code err}
 * @param user the name of the operating-system user, for job names (S2)
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        boolean terminal,
        String user,
        NodeOpener nodes,
        Service service,
        Checks checks) {
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
