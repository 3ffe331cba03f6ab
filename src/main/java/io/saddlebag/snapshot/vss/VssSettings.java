package io.saddlebag.snapshot.vss;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the Volume Shadow Copy Service is used here.
 *
 * @param diskshadow the program and its first arguments
 * @param eventLog the program that reads the event log, and its first arguments
 * @param writers that have to take part, by id ({@code {35e81631-13e1-48db-97fc-d5bc721bb18a}}) or name as {@code list
 *     writers} shows it; empty when any will do
 * @param work folder of scripts and dialogues; made when missing, its parent must exist
 * @param views folder in which shadow copies are exposed; likewise
 * @param timeouts how long each part may take
 */
public record VssSettings(
        List<String> diskshadow,
        List<String> eventLog,
        List<String> writers,
        Path work,
        Path views,
        Timeouts timeouts) {
    public static final List<String> DISKSHADOW = List.of("diskshadow.exe");
    public static final List<String> EVENT_LOG = List.of("wevtutil.exe");

    public VssSettings {
        diskshadow = List.copyOf(diskshadow);
        eventLog = List.copyOf(eventLog);
        writers = List.copyOf(writers);
        work = work.toAbsolutePath().normalize();
        views = views.toAbsolutePath().normalize();
    }

    /**
     * @param creation from the start until the shadow copies are exposed; writers get ready meanwhile
     * @param ending from the word that the copy is done until the writers have taken note of it
     * @param command for looking and deleting
     * @param hold as long as an image may take to be written
     * @param words for the last words to come through the pipe when it is known that they were said
     * @param grace after word to give up, before the process tree is ended
     */
    public record Timeouts(
            Duration creation, Duration ending, Duration command, Duration hold, Duration words, Duration grace) {
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                Duration.ofDays(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30));
    }
}
