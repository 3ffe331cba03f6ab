package io.saddlebag.architecture.planted.media;

class SeesBackup {
    Object use(io.saddlebag.architecture.planted.backup.SeesRestore other) {
        return other;
    }
}
