package io.saddlebag.database.mariadb;

import io.saddlebag.database.JournalServer;
import java.nio.file.Path;
import java.util.List;

/** Binary logs that are applied one after the other, and which part of them. */
record BinlogStretch(List<Path> logs, JournalServer.Stretch stretch) {}
