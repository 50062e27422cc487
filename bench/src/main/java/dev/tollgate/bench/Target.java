package dev.tollgate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a load goes: a port of this machine and the request that is sent to it again and again.
 * Immutable and thread-safe.
 */
final class Target {
  private final InetSocketAddress address;
  private final byte[] request;

  private Target(InetSocketAddress address, byte[] request) {
    this.address = address;
    this.request = request;
  }

  /** A chat completion with this body, on the loopback interface only. */
  static Target chat(int port, byte[] body, String key) {
    String head =
        """
        POST /v1/chat/completions HTTP/1.1\r
        Host: 127.0.0.1:%d\r
        Content-Type: application/json\r
        Authorization: Bearer %s\r
        Content-Length: %d\r
        \r
        """
            .formatted(port, key, body.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocate(start.length + body.length).put(start).put(body);
    return new Target(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), request.array());
  }

  static Target chat(int port, Path body, String key) throws IOException {
    return chat(port, Files.readAllBytes(body), key);
  }

  InetSocketAddress address() {
    return address;
  }

  /** The request's bytes in a buffer of the caller's own. */
  ByteBuffer request() {
    return ByteBuffer.allocateDirect(request.length).put(request).flip();
  }
}
