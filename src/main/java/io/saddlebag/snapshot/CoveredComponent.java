package io.saddlebag.snapshot;

/**
 * What a writer said that a snapshot covered of it (W9): of Oracle on Windows {@code Oracle Database} when data and home
 * were in the set, {@code Flash Recovery Area} when only that was.
 *
 * @param writer who said so, e.g. {@code Oracle.VSSWriter.ORCL}
 * @param name of the component, as the writer calls it
 * @param kind of backup, as the writer calls it, e.g. {@code FULL}; may be empty
 */
public record CoveredComponent(String writer, String name, String kind) {}
