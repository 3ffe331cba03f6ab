package io.saddlebag.architecture.planted.image;

@picocli.CommandLine.Command
class KnowsPicocli {}
