package dev.warren.ninep;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that opens connections and sends nothing: {@code IdleClients PORT COUNT}. Prints how
 * many it has opened and, at each line that it reads, how many of them the server has closed, until
 * its input ends. It is a separate process, so that server and clients each have their own file
 * descriptors.
 */
final class IdleClients {
  private IdleClients() {}

  /** Connects. */
  public static void main(String[] args) throws Exception {
    InetSocketAddress server =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    List<SocketChannel> open = new ArrayList<>();
    for (int i = Integer.parseInt(args[1]); i > 0; i--) {
      SocketChannel socket = SocketChannel.open(server);
      socket.configureBlocking(false);
      open.add(socket);
    }
    System.out.println(open.size());
    ByteBuffer nothing = ByteBuffer.allocate(1);
    for (int c = System.in.read(); c >= 0; c = System.in.read()) {
      int ended = 0;
      for (SocketChannel socket : open) {
        ended += socket.read(nothing.clear()) < 0 ? 1 : 0;
      }
      System.out.println(ended);
    }
  }
}
