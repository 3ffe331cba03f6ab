package io.saddlebag.database.oracle;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Answers as a transcript says, in its order; whoever asks for something else has changed. */
final class TranscriptReplay implements Processes {
    private final Path file;
    private final Deque<Exchange> left;

    private TranscriptReplay(Path file, Deque<Exchange> left) {
        this.file = file;
        this.left = left;
    }

    private record Exchange(String statement, List<String> answer, int exitCode) {}

    static TranscriptReplay of(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).equals(Transcript.HEADER)) {
            throw new IOException(file + " doesn't begin with " + Transcript.HEADER);
        }
        Deque<Exchange> exchanges = new ArrayDeque<>();
        List<String> said = new ArrayList<>();
        List<String> answer = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            switch (line.isEmpty() ? '#' : line.charAt(0)) {
                case '>' -> said.add(line.substring(2));
                case '<' -> answer.add(line.substring(2));
                case '=' -> {
                    exchanges.add(new Exchange(
                            String.join("\n", said), List.copyOf(answer), Integer.parseInt(line.substring(2))));
                    said.clear();
                    answer.clear();
                }
                case '#' -> {
                    // a note
                }
                default -> throw new IOException(file + ": '" + line + "' begins with none of > < = #");
            }
        }
        return new TranscriptReplay(file, exchanges);
    }

    @Override
    public Finished run(Command command, Consumer<String> line) {
        List<String> script = command.input().lines().toList();
        String statement = String.join("\n", script.subList(3, script.size() - 1));
        Exchange next = left.poll();
        if (next == null || !next.statement().equals(statement)) {
            throw new AssertionError(file + " goes on with " + next + ", not with " + statement);
        }
        next.answer().forEach(line);
        return new Finished(next.exitCode(), Duration.ZERO);
    }

    void requireEnd() {
        if (!left.isEmpty()) {
            throw new AssertionError(file + " goes on with " + left.peek());
        }
    }
}
