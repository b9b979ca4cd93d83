// Prints what happens to the bookings of whoever signs in, over Socket.IO. After a connection that was lost it goes on from the
// last event that it has printed, so that nothing is missed. Needs `npm install socket.io-client`.
//
//   EMAIL=casey@customer.example PASSWORD=book-a-slot node examples/front-doors/bookings-listen.js
import { io } from 'socket.io-client'

const { SLOTWRIGHT_URL = 'http://localhost:3000', EMAIL, PASSWORD } = process.env

const answer = await fetch(`${SLOTWRIGHT_URL}/v1/auth/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
})
const { access_token: token } = await answer.json()

let after
const socket = io(SLOTWRIGHT_URL, {
  transports: ['websocket'],
  // A function, and not the values themselves: it is asked anew each time that the connection is.
  auth: (give) => give({ token, after }),
})

// Where the front end names each event (`socket.on('booking.created', (booking) => ...)`), this one takes whatever comes.
socket.onAny((event, booking, cursor) => {
  console.log(JSON.stringify({ event, booking }))
  after = cursor
})
socket.on('connect', () => console.error('listening'))
socket.on('connect_error', (error) => console.error(`not let in: ${error.message}`))
socket.on('disconnect', (reason) => console.error(`disconnected: ${reason}`))
process.on('SIGTERM', () => socket.disconnect())
